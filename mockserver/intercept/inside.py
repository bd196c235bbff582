"""Run by path, in a process of its own: hold a network of its own, or enter that one and become a command.

    python -I inside.py hold SOCKET PORT       make user and network namespaces, listen there, and stay
    python -I inside.py enter PID FOLDER COMMAND...

It needs nothing but Linux and the standard library.
"""

from __future__ import annotations

import array
import ctypes
import fcntl
import os
import select
import socket
import struct
import sys

NEWNS, NEWUSER, NEWNET = 0x00020000, 0x10000000, 0x40000000
BIND, REC, PRIVATE = 0x1000, 0x4000, 0x40000
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1
STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where programs look for the machine's roots that read no variable."""
PORTS = (443, 80)
_NO_SUCH_NAME = 3
_ADDRESS_QUERY = 1
libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    """Raises OSError where a system call has failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def hold(descriptor: int, port: int) -> None:
    """Make the namespaces, send listening sockets of theirs, and answer questions for names until the end."""
    uid, gid = os.geteuid(), os.getegid()
    check(libc.unshare(NEWUSER | NEWNET), "unshare")
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{uid} {uid} 1")
    write("/proc/self/gid_map", f"{gid} {gid} 1")
    raise_loopback()
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 53))
    ports = dict.fromkeys((port, *PORTS))
    listeners = [socket.create_server(("127.0.0.1", one), backlog=2048) for one in ports]
    listeners += [six for one in ports if (six := listening_on_six(one)) is not None]
    handles = array.array("i", [listener.fileno() for listener in listeners])
    with socket.socket(fileno=descriptor) as channel:
        channel.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)])
    for listener in listeners:
        listener.close()
    answer_names(names)


def listening_on_six(port: int) -> socket.socket | None:
    try:
        return socket.create_server(("::1", port), family=socket.AF_INET6, backlog=2048)
    except OSError:
        return None


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, GET_FLAGS, request))[1]
        fcntl.ioctl(control, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def answer_names(names: socket.socket) -> None:
    """Say of each name that is asked for that there is none, and note it; the first line that comes says where."""
    folder = ""
    while True:
        for ready in select.select([sys.stdin, names], [], [])[0]:
            if ready is names:
                query, client = names.recvfrom(4096)
                answer_name(names, query, client, folder)
                continue
            line = sys.stdin.readline()
            if not line:
                return
            folder = line.strip()


def answer_name(names: socket.socket, query: bytes, client: tuple[str, int], folder: str) -> None:
    if len(query) < 17:
        return
    name, kind, end = read_question(query)
    header = query[:2] + struct.pack("!HHHHH", 0x8180 | _NO_SUCH_NAME, 1, 0, 0, 0)
    names.sendto(header + query[12:end], client)
    if folder and kind == _ADDRESS_QUERY:  # that for IPv6 comes with it
        with open(f"{folder}/others", "a", encoding="ascii", errors="replace") as file:
            file.write(f"{name}\n")


def read_question(query: bytes) -> tuple[str, int, int]:
    """The name and the kind of a question for a name, and where it ends."""
    labels, at = [], 12
    while at < len(query) and query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    end = at + 5
    kind = int.from_bytes(query[at + 1 : at + 3], "big")
    return "".join(one if one.isprintable() else "?" for one in ".".join(labels).lower()), kind, end


def enter(holder: int, folder: str, command: list[str]) -> None:
    """Enter the namespaces of a holder, with names, roots and no other way out, and become a command."""
    for kind, name in ((NEWUSER, "user"), (NEWNET, "net")):
        with open(f"/proc/{holder}/ns/{name}", "rb") as namespace:
            check(libc.setns(namespace.fileno(), kind), f"setns {name}")
    check(libc.unshare(NEWNS), "unshare")
    check(libc.mount(None, b"/", None, REC | PRIVATE, None), "mount")
    bind(f"{folder}/hosts", "/etc/hosts")
    bind(f"{folder}/resolv.conf", "/etc/resolv.conf")
    for store in STORES:
        bind(f"{folder}/bundle.pem", store)
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command is what the user runs
    except OSError as error:
        reason = "command not found" if isinstance(error, FileNotFoundError) else error.strerror
        print(f"mockserver: run: {command[0]}: {reason}", file=sys.stderr)
        sys.exit(2)


def bind(file: str, place: str) -> None:
    """Put a file in the place of another one, where there is one."""
    if os.path.exists(place):
        target = os.path.realpath(place)
        check(libc.mount(file.encode(), target.encode(), None, BIND, None), f"mount {target}")


def write(file: str, text: str) -> None:
    with open(file, "w", encoding="ascii") as stream:
        stream.write(text)


def main(argv: list[str]) -> None:
    try:
        if argv[0] == "hold":
            hold(int(argv[1]), int(argv[2]))
        else:
            enter(int(argv[1]), argv[2], argv[3:])
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
