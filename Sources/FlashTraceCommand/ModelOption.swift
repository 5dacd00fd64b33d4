import ArgumentParser

/// The model to use.
struct ModelOption: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: "A GGUF file, a Hugging Face folder, or owner/name of the local Hugging Face cache; never downloads.",
    completion: .file())
  var model: String
}
