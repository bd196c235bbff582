"""The generators, each with its command line, and the tools that they need."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SPECS = Path(__file__).parents[2] / "specs"
BIN = FOLDER / ".venv" / "bin"
NPM_BIN = FOLDER / "node_modules" / ".bin"
GENERATE_SECONDS = 120

_JAVA = "openApiNullable=false,useJakartaEe=false,hideGenerationTimestamp=true"
GENERATORS: dict[str, tuple[str, ...]] = {
    "openapi-generator-python": (f"{BIN}/openapi-generator-cli", "generate", "-g", "python", "-i", "SPEC", "-o", "OUT"),
    "openapi-generator-java": (
        *(f"{BIN}/openapi-generator-cli", "generate", "-g", "java", "--library", "native"),
        *("--additional-properties", _JAVA, "-i", "SPEC", "-o", "OUT"),
    ),
    "openapi-generator-go": (f"{BIN}/openapi-generator-cli", "generate", "-g", "go", "-i", "SPEC", "-o", "OUT"),
    "openapi-generator-typescript": (
        *(f"{BIN}/openapi-generator-cli", "generate", "-g", "typescript-fetch", "-i", "SPEC", "-o", "OUT"),
    ),
    "openapi-python-client": (
        *(f"{BIN}/openapi-python-client", "generate", "--path", "SPEC"),
        *("--output-path", "OUT/generated_client", "--meta", "none"),
    ),
    "openapi-typescript": (f"{NPM_BIN}/openapi-typescript", "SPEC", "-o", "OUT/api.ts"),
    "hey-api": (f"{NPM_BIN}/openapi-ts", "-i", "SPEC", "-o", "OUT/client"),
    "orval": (f"{NPM_BIN}/orval", "--input", "SPEC", "--output", "OUT/api.ts", "--client", "fetch"),
    "kubb": (f"{NPM_BIN}/kubb", "generate", "--config", f"{FOLDER}/kubb.config.mjs"),
}
"""Command lines by name; SPEC and OUT stand for the spec and for the folder of the client."""


@dataclass(frozen=True)
class Client:
    """What a generator made of a vendor's spec."""

    vendor: str
    folder: Path

    def text(self) -> str:
        """All that was generated, in one text, names of files too."""
        suffixes = {".py", ".java", ".go", ".ts"}
        files = [path for path in sorted(self.folder.rglob("*")) if path.suffix in suffixes]
        return "\n".join(f"{path.name}\n{path.read_text()}" for path in files)


def generate(name: str, vendor: str, folder: Path) -> Client:
    """Make a vendor's client; an AssertionError has what a generator that failed said."""
    spec = SPECS / vendor / "openapi.yaml"
    folder.mkdir(parents=True)
    words = {"SPEC": str(spec), "OUT": str(folder)}
    command = [part.replace("SPEC", words["SPEC"]).replace("OUT", words["OUT"]) for part in GENERATORS[name]]
    run(command, folder, {"SPEC": words["SPEC"], "OUT": "./out"} if name == "kubb" else {})
    return Client(vendor, folder)


def run(command: list[str], folder: Path, environ: Mapping[str, str] | None = None, input: str = "") -> str:
    """Run a command and give what it printed; an AssertionError tells what one that failed said."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **(environ or {})},
        input=input,
        capture_output=True,
        text=True,
        timeout=GENERATE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


def missing() -> list[str]:
    """The tools that aren't there: ``["java", "node"]``; ``scripts/generated-clients`` installs the generators."""
    programs = [name for name in ("node", "java", "javac") if shutil.which(name) is None]
    wanted = [BIN / "openapi-generator-cli", NPM_BIN / "kubb"]
    return programs + [path.name for path in wanted if not path.exists()]


def jar() -> Path:
    """openapi-generator's own file, which has the Jackson that its Java clients need."""
    (found,) = (FOLDER / ".venv").glob("lib/python*/site-packages/openapi_generator_cli/openapi-generator.jar")
    return found
