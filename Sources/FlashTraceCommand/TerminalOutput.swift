import FlashTrace
import Foundation

/// What standard output can show.
enum TerminalOutput {
  static var style: TerminalStyle {
    let color = TerminalStyle.color(
      isTerminal: isatty(FileHandle.standardOutput.fileDescriptor) == 1,
      environment: ProcessInfo.processInfo.environment)
    return TerminalStyle(color: color, width: width)
  }

  private static var width: Int {
    var size = winsize()
    let known = ioctl(FileHandle.standardOutput.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0
    return known && size.ws_col >= 40 ? min(Int(size.ws_col), 160) : 80
  }
}
