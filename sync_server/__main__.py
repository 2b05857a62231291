"""Entry point of `suixing-server` and of `python -m sync_server`."""

from sync_server.cli import app


def main() -> None:
    """Run the command line."""
    app(prog_name="suixing-server")


if __name__ == "__main__":
    main()
