"""eval_setup.sh on machines that lack something: what it installs when it may, and what it touches when it may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..rustup import NO_DEFAULT

ROOT = Path(__file__).resolve().parents[2]
RUST = {"rustc": "echo rustc 1.90.0", "cargo": "exit 0"}
BOX = RUST | {"bwrap": "exit 0"}
# Puts a compiler where rustup would, and says with which words it was called.
RUSTUP_INIT = """
mkdir -p "$HOME/.cargo/bin"
for name in rustc cargo; do printf '#!/bin/sh\\necho rustc 1.95.0\\n' > "$HOME/.cargo/bin/$name"; done
chmod +x "$HOME/.cargo/bin/rustc" "$HOME/.cargo/bin/cargo"
echo "rustup-init $*" >&2
"""


@pytest.fixture
def add(machine, tmp_path):
    """Add stand-ins to the PATH: by name, the body of a shell script."""

    def add(scripts):
        for name, body in scripts.items():
            path = tmp_path / "bin" / name
            path.unlink(missing_ok=True)
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)

    return add


def tree(place):
    return {path.relative_to(place) for path in place.rglob("*") if "site-packages" not in path.parts}


@pytest.mark.parametrize(("words", "environment"), [(["--yes"], {}), ([], {"NONINTERACTIVE": "1"})])
def test_rust_is_installed_when_that_is_agreed_to(machine, add, words, environment):
    add(
        {
            "rustup-init": RUSTUP_INIT,
            "chmod": 'exec /bin/chmod "$@"',
            "bwrap": "exit 0",
            "df": "echo h; echo / 9 9 1 9 /",
        }
    )
    found = machine(*words, **environment)
    wanted = "rustup-init -y --no-modify-path --profile minimal --component clippy --component rustfmt"
    assert wanted in found.stderr
    assert "error: not enough disk space" in found.stderr  # so Rust and the sandbox were found
    assert ("NONINTERACTIVE in the environment" in found.stderr) == bool(environment)


def test_rust_is_not_installed_without_a_yes_nor_offline(machine, add):
    add({"rustup-init": RUSTUP_INIT})
    for words in ([], ["--yes", "--offline"]):
        found = machine(*words)
        assert (found.returncode, "rustup-init -y" in found.stderr) == (3, False)
        assert "error: rustc is missing" in found.stderr


def test_where_the_home_cannot_be_written_rust_goes_beside_the_checkout(machine, add, tmp_path):
    place = 'echo "into $RUSTUP_HOME and $CARGO_HOME" >&2; exit 1'
    add({"rustup-init": place})
    found = machine("--yes", HOME="/proc/none")
    cache = tmp_path / "a clone/.cache"
    assert f"into {cache}/rustup and {cache}/cargo" in found.stderr
    assert (found.returncode, "error: could not install Rust" in found.stderr) == (3, True)


def test_a_rustup_that_cannot_be_fetched_is_said(machine, add):
    found = machine("--yes")
    assert found.returncode == 3
    assert "error: could not fetch rustup" in found.stderr


def test_a_compiler_beside_the_path_is_taken(machine, add, tmp_path):
    bin_ = tmp_path / "home/.cargo/bin"
    bin_.mkdir(parents=True)
    for name in ("rustc", "cargo"):
        (bin_ / name).write_text("#!/bin/sh\necho rustc 1.90.0\n")
        (bin_ / name).chmod(0o755)
    found = machine()
    assert "added for this run" in found.stderr
    assert "sandbox" in found.stderr.partition("error: ")[2]


def test_a_rustup_without_a_default_gets_one_when_that_is_agreed_to(machine, add, tmp_path):
    choose = f'case "$*" in "default stable") echo chosen > {tmp_path}/chosen ;; esac'
    compiler = (
        f"if [ -e {tmp_path}/chosen ]; then echo rustc 1.90.0; else echo '{NO_DEFAULT.splitlines()[0]}' >&2; exit 1; fi"
    )
    add({"rustup": choose, "rustc": compiler.replace("wasn't", "was not"), "cargo": "exit 0"})
    assert machine().stderr.startswith("error: rustup has no default toolchain")
    assert not (tmp_path / "chosen").exists()
    assert "sandbox" in machine("--yes").stderr.partition("error: ")[2]
    assert (tmp_path / "chosen").exists()


@pytest.mark.parametrize(("version", "refused"), [("1.84.1", True), ("1.85.0", False), ("2.0.0", False), ("?", False)])
def test_an_old_compiler_is_refused_before_anything_is_installed(machine, add, tmp_path, version, refused):
    add(BOX | {"rustc": f"echo 'rustc {version} (abc 2025-01-01)'", "df": "echo h; echo / 9 9 1 9 /"})
    found = machine()
    assert found.returncode == 3
    assert ("error: rustc 1.84 is too old\n  cause: 1.85 or newer is needed" in found.stderr) == refused
    assert ("not enough disk space" in found.stderr) != refused


SUDO = """
if [ "$*" = "-n true" ]; then exit {code}; fi
echo "sudo: $*" >> "{log}"
case "$*" in *install*) printf '#!/bin/sh\\n' > "{bin}/bwrap"; /bin/chmod +x "{bin}/bwrap" ;; esac
"""


@pytest.mark.parametrize("code", [0, 1])
def test_a_sudo_without_a_password_is_used(machine, add, tmp_path, code):
    log = tmp_path / "log"
    sudo = SUDO.format(code=code, log=log, bin=tmp_path / "bin")
    add(RUST | {"apt-get": "exit 0", "id": "echo 1000", "sudo": sudo, "df": "echo h; echo / 9 9 1 9 /"})
    found = machine("--yes")
    assert log.exists() == (code == 0)
    if code == 0:
        assert "env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq bubblewrap firejail" in log.read_text()
        assert "not enough disk space" in found.stderr
    else:
        assert "error: could not install a sandbox" in found.stderr
        assert "root or sudo without a password" in found.stderr


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["--set", "sample.n_sampels=3"], {}, "did you mean `sample.n_samples`?"),
        ([], {"SANDBOX_MODE": "docker"}, "SANDBOX_MODE"),
    ],
)
def test_a_wrong_setting_is_reported_before_the_installation(machine, add, tmp_path, words, environment, said):
    (tmp_path / "bin/python3.11").symlink_to(os.path.realpath(sys.executable))
    found = machine(*words, **environment)
    assert found.returncode == 2
    assert said in found.stderr


@pytest.mark.parametrize("scripts", [{}, BOX, RUST])
def test_a_dry_run_touches_nothing_and_names_all_that_is_missing(machine, add, tmp_path, scripts):
    add(scripts | {"rustup-init": RUSTUP_INIT, "apt-get": "exit 9"})
    (tmp_path / "home").mkdir()
    before = tree(tmp_path)
    found = machine("--dry-run", "--profile", "h100", "--yes")
    assert found.returncode == 0
    assert tree(tmp_path) == before
    assert "environment: would be made in" in found.stderr
    assert ".venv-vllm would be made as well" in found.stderr
    assert ("missing: rustc is missing" in found.stderr) == (scripts == {})
    assert ("missing: no sandbox found" in found.stderr) == ("bwrap" not in scripts)
    assert "missing: no CUDA GPU with 40000 MiB found (use --profile local" in found.stderr


NO_GPU, NO_TOKEN = "no CUDA GPU with 40000 MiB found\n", "warning: no token for the model hub found"
HIDDEN = "cause: CUDA_VISIBLE_DEVICES hides all GPUs\n"


@pytest.mark.parametrize(
    ("listed", "words", "environment", "said"),
    [
        (None, [], {}, ["error: " + NO_GPU, "cause: nvidia-smi lists none\n"]),
        ("24000", [], {}, ["error: " + NO_GPU, "cause: nvidia-smi lists 24000 MiB at most\n"]),
        ("no driver", [], {}, ["error: " + NO_GPU, "cause: nvidia-smi lists none\n"]),
        ("81559", [], {"CUDA_VISIBLE_DEVICES": ""}, ["error: " + NO_GPU, HIDDEN]),
        ("81559", [], {"CUDA_VISIBLE_DEVICES": "-1"}, ["error: " + NO_GPU, HIDDEN]),
        ("81559", [], {"CUDA_VISIBLE_DEVICES": "0"}, [NO_TOKEN, "disk"]),
        (None, [], {"SKIP_ENV_CHECK": "no"}, ["error: " + NO_GPU]),
        (None, [], {"SKIP_ENV_CHECK": "FALSE"}, ["error: " + NO_GPU]),
        (None, ["--set", "needs_gpu_mib=0"], {}, ["disk"]),
        (None, [], {"SKIP_ENV_CHECK": "1"}, ["warning: " + NO_GPU, NO_TOKEN, "disk"]),
        (None, ["--setup-only"], {}, ["warning: " + NO_GPU, NO_TOKEN, "disk"]),
        ("24000\n81559", [], {}, [NO_TOKEN, "disk"]),
        ("81559", [], {"HF_TOKEN": "hf_x"}, ["disk"]),
        ("81559", ["--offline"], {}, ["disk"]),
    ],
)
def test_what_a_run_on_a_gpu_lacks_is_said_before_the_download(machine, add, listed, words, environment, said):
    add(BOX | {"df": "echo h; echo / 9 9 1 9 /"} | ({"nvidia-smi": f"echo '{listed}'"} if listed else {}))
    found = machine("--profile", "h100", *words, **environment)
    assert found.returncode == 3
    assert [text for text in said if text not in found.stderr] == []
    for text in (NO_GPU, NO_TOKEN, "disk"):
        assert (text in found.stderr) == any(text in one for one in said)


def test_a_dry_run_ends_with_the_plan_where_the_environment_is_made(machine, add, tmp_path):
    add(BOX)
    venv = tmp_path / "a clone/.venv"
    (venv / "bin").mkdir(parents=True)
    machine("--dry-run")
    text = '#!/bin/sh\necho "$@"\n'
    for name in ("python", "sigilderg-lambda"):
        (venv / "bin" / name).write_text(text)
        (venv / "bin" / name).chmod(0o755)
    add({"sha256sum": "echo 0000000000000000000000000000000000000000000000000000000000000000"})
    (venv / "installed-base").write_text(f"{'0' * 64} {tmp_path / 'a clone'} ")
    found = machine("--dry-run", "--profile", "h100", "--max-hours=3")
    assert found.stdout.splitlines()[-1] == "run --dry-run --profile h100 --max-hours 3"
    assert ".venv-vllm" not in found.stderr
    (venv / "bin/python").write_text('#!/bin/sh\ncase "$*" in *--which-sampler*) echo vllm ;; esac\n')
    assert "environment: would be made in" in (said := machine("--dry-run").stderr)
    assert ".venv-vllm, for vLLM" in said


def test_a_python_that_is_not_the_pinned_one_is_refused_before_the_download_where_that_is_asked(machine, add, tmp_path):
    add(BOX | {"uv": "exit 1", "df": "echo h; echo / 9 9 99999999999 9 /"})
    (tmp_path / "bin/python3.11").symlink_to(os.path.realpath(sys.executable))
    found = machine("--strict")
    assert found.returncode == 3
    assert "error: --strict wants Python 3.12.11" in found.stderr


@pytest.mark.parametrize("by", ["tmux", "setsid"])
def test_a_detached_run_says_how_to_look_and_to_stop(machine, add, tmp_path, by):
    tools = {"tmux": f'printf "%s\\n" "$@" > "{tmp_path}/asked"'} if by == "tmux" else {"setsid": 'exec "$@"'}
    add(BOX | tools | {"df": "echo h; echo / 9 9 1 9 /"})
    found = machine("--detach", "--set", "description=two words", "--profile", "local")
    assert found.returncode == 0
    assert "log: tail -f " in found.stderr
    if by == "tmux":
        asked = (tmp_path / "asked").read_text()
        assert "stop: tmux -L sigil-" in found.stderr
        assert r"eval_setup.sh --set description=two\ words --profile local" in asked
        assert "--detach" not in asked
    else:
        assert "stop: kill -TERM -- -" in found.stderr
        assert len(list(Path(tmp_path / "a clone/runs").glob("sigil-*.log"))) == 1


def test_nothing_to_detach_with(machine, add):
    add(BOX)
    found = machine("--detach")
    assert found.returncode == 3
    assert "error: neither tmux nor setsid is installed" in found.stderr


# vLLM's environment

UV = """
echo "uv $*" >> "{log}"
case "$1" in
  venv) for last; do :; done; mkdir -p "$last/bin"; printf '#!/bin/sh\\nexit 0\\n' > "$last/bin/python"
        printf '#!/bin/sh\\n' > "$last/bin/vllm"; chmod +x "$last/bin/python" "$last/bin/vllm" ;;
  pip) exit {code} ;;
esac
"""


def vllm_env(tmp_path, code=0, free=99):
    """Run the function that makes vLLM's environment, with a stand-in for uv; return what it said, and uv's words."""
    log, tools = tmp_path / "uv.log", tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name, body in {"uv": UV.format(log=log, code=code), "df": f"echo h; echo / 9 9 {free * 1048576} 9 /"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    place = tmp_path / "clone"
    (place / "requirements").mkdir(parents=True, exist_ok=True)
    (place / "requirements/vllm.txt").write_text("vllm==0.33.0\n")
    script = f'ROOT="{place}"; . "{ROOT}/scripts/bootstrap.sh"; make_vllm_env'
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "SIGIL_PYTHON": sys.executable}
    found = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=False, env=environment)
    return found, log.read_text().splitlines() if log.exists() else []


def test_vllm_gets_an_environment_of_its_own_and_keeps_it(tmp_path):
    found, words = vllm_env(tmp_path)
    assert found.returncode == 0, found.stderr
    place = tmp_path / "clone/.venv-vllm"
    lock = f"{tmp_path}/clone/requirements/vllm.txt"
    assert words == [
        f"uv venv --quiet --clear --python {sys.executable} {place}",
        f"uv pip install --quiet --python {place}/bin/python --require-hashes -r {lock}",
    ]
    found, again = vllm_env(tmp_path)
    assert "is up to date" in found.stderr
    assert again == words


def test_vllm_that_cannot_be_installed_is_said_with_the_way_without_it(tmp_path):
    found, _ = vllm_env(tmp_path, code=1)
    assert found.returncode == 3
    assert "error: cannot install vLLM" in found.stderr
    assert "--set sample.sampler=hf" in found.stderr
    assert not (tmp_path / "clone/.venv-vllm/installed").exists()
    found, _ = vllm_env(tmp_path, free=3)
    assert (found.returncode, "error: not enough disk space" in found.stderr) == (3, True)


@pytest.mark.parametrize(
    ("words", "sampler"),
    [
        (["--profile", "h100"], "vllm"),
        ([], "hf"),
    ],
)
def test_which_sampler_a_run_has_is_known_before_it(tmp_path, words, sampler):
    script = [sys.executable, str(ROOT / "scripts/check_settings.py"), "--which-sampler", *words]
    environment = {**os.environ, "PATH": str(tmp_path)}  # without nvidia-smi
    assert subprocess.run(script, capture_output=True, text=True, check=True, env=environment).stdout == f"{sampler}\n"


def test_the_oldest_of_a_dependency_is_put_beside_what_is_locked(tmp_path):
    (tmp_path / ".venv/oldest/left").mkdir(parents=True)
    script = f'ROOT="{tmp_path}"; . "{ROOT}/scripts/bootstrap.sh"; UV=echo; install_oldest 2>&1'
    words = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=True).stdout
    place = f"{tmp_path}/.venv"
    assert (
        words.split()
        == (
            f"pip install --quiet --python {place}/bin/python --target {place}/oldest --require-hashes --no-deps "
            f"-r {tmp_path}/requirements/oldest.txt"
        ).split()
    )
    assert not (tmp_path / ".venv/oldest").exists(), "nothing of another lock stays"
