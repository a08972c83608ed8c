"""What a step prints is shown and kept."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from tests.waiting import PATIENCE, until
from zenml.runtime.logs import capture, log_path, read_log


@pytest.fixture
def path(tmp_path: Path) -> str:
    return log_path(tmp_path / "run", "trainer")


def script(code: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    code = f"from zenml.runtime.logs import capture, read_log\nimport sys\n{textwrap.dedent(code)}"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        timeout=PATIENCE,
    )


def test_what_is_printed_is_shown_and_kept(path, capsys) -> None:
    with capture(path):
        print("epoch", 1)
        print("careful", file=sys.stderr)
    assert read_log(path) == "epoch 1\ncareful\n"
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("epoch 1\n", "careful\n")


def test_a_silent_step_leaves_no_file(path) -> None:
    with capture(path):
        pass
    assert not Path(path).exists()
    assert read_log(path) == ""


def test_the_streams_are_put_back(path) -> None:
    before = (sys.stdout, sys.stderr)
    with capture(path):
        assert (sys.stdout, sys.stderr) != before
    assert (sys.stdout, sys.stderr) == before


def test_logging_is_kept_whenever_the_handler_was_made(path) -> None:
    early = logging.StreamHandler(sys.stderr)
    log = logging.getLogger("tests.logs")
    log.addHandler(early)
    try:
        with capture(path):
            log.warning("by an early handler")
            late = logging.StreamHandler()
            log.removeHandler(early)
            log.addHandler(late)
            log.warning("by a late handler")
        other = f"{path}.other"
        with capture(other):
            log.warning("in the next step")
    finally:
        log.removeHandler(late)
    assert read_log(path) == "by an early handler\nby a late handler\n"
    assert read_log(other) == "in the next step\n"
    assert late.stream is sys.stderr


def test_warnings_are_kept(path) -> None:
    done = script("import warnings\nwith capture(sys.argv[1]):\n    warnings.warn('old')", path)
    assert read_log(path) == done.stderr
    assert "UserWarning: old" in done.stderr


def test_a_retry_goes_on_in_the_same_file(path) -> None:
    for attempt in (1, 2):
        with capture(path, attempt=attempt):
            print("trying")
    assert read_log(path) == "trying\n--- attempt 2 ---\ntrying\n"


def test_the_traceback_of_a_step_that_fails_ends_its_log(path) -> None:
    def work() -> None:
        print("reading")
        raise ValueError("no rows")

    with pytest.raises(ValueError, match="no rows"), capture(path):
        work()
    lines = read_log(path).splitlines()
    assert lines[:2] == ["reading", "Traceback (most recent call last):"]
    assert lines[-1] == "ValueError: no rows"


def test_captures_nest(tmp_path) -> None:
    outer, inner = log_path(tmp_path, "outer"), log_path(tmp_path, "inner")
    with capture(outer):
        print("before")
        with capture(inner):
            print("within")
        print("after")
    assert read_log(outer) == "before\nwithin\nafter\n"
    assert read_log(inner) == "within\n"


def test_captures_that_overlap_in_two_threads_put_the_streams_back(tmp_path) -> None:
    before = sys.stdout
    first, second = (capture(log_path(tmp_path, name)) for name in "ab")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    print("still kept")
    second.__exit__(None, None, None)
    assert sys.stdout is before
    assert read_log(log_path(tmp_path, "b")) == "still kept\n"


def test_threads_print_whole_texts(path) -> None:
    def work(name: int) -> None:
        for number in range(500):
            sys.stdout.write(f"thread {name} line {number}\n")

    with capture(path):
        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    expected = [f"thread {name} line {number}" for name in range(4) for number in range(500)]
    assert sorted(read_log(path).splitlines()) == sorted(expected)


def test_a_step_may_replace_the_streams(path) -> None:
    before, mine = sys.stdout, io.StringIO()
    with capture(path):
        with contextlib.redirect_stdout(mine):
            print("into my own")
        print("kept")
        sys.stdout = mine
        print("replaced for good")
    assert sys.stdout is before
    assert read_log(path) == "kept\n"
    assert mine.getvalue() == "into my own\nreplaced for good\n"


def test_who_still_holds_the_stream_of_an_ended_step_goes_on_printing(path, capsys) -> None:
    with capture(path):
        held = sys.stdout
    held.write("late\n")
    assert capsys.readouterr().out == "late\n"
    assert read_log(path) == ""


def test_what_is_written_to_a_stream_that_was_held_before_is_kept(tmp_path) -> None:
    code = """
        early = sys.stdout
        with capture(f"{sys.argv[1]}/a.log"):
            print("first")
            early.write("by an early holder\\n")
            held = sys.stdout
        held.write("between\\n")
        with capture(f"{sys.argv[1]}/b.log"):
            print("second")
            held.write("by a holder of the first\\n")
            early.writelines(["by an early", " holder\\n"])
        early.write("end\\n")
    """
    done = script(code, str(tmp_path))
    assert done.stdout.splitlines() == [
        "first",
        "by an early holder",
        "between",
        "second",
        "by a holder of the first",
        "by an early holder",
        "end",
    ]
    assert read_log(tmp_path / "a.log") == "first\nby an early holder\n"
    assert read_log(tmp_path / "b.log") == (
        "second\nby a holder of the first\nby an early holder\n"
    )


def test_a_stream_without_bytes_is_captured_too(path) -> None:
    notebook = io.StringIO()
    with contextlib.redirect_stdout(notebook), capture(path):
        print("cell", 1)
        sys.stdout.writelines(["a\n", "b\n"])
        assert not sys.stdout.isatty()
    assert read_log(path) == notebook.getvalue() == "cell 1\na\nb\n"


def test_a_process_without_standard_streams_keeps_what_its_steps_print(path) -> None:
    done = script(
        "sys.stdout = sys.stderr = None\n"
        "with capture(sys.argv[1]):\n    print('unseen')\n"
        "assert sys.stdout is None",
        path,
    )
    assert done.returncode == 0
    assert read_log(path) == "unseen\n"


@pytest.mark.parametrize("written", ["print('seen', flush=True)", "print('lost')"])
def test_nothing_is_said_of_a_stream_that_was_closed_below(written) -> None:
    done = script(
        f"""
        import io
        from zenml.runtime.tee import Tee
        bytes_below = io.BytesIO()
        sys.stdout = Tee(io.TextIOWrapper(bytes_below, "utf-8"), lambda data: None)
        {written}
        bytes_below.close()
        del sys.stdout
        sys.stdout = sys.__stdout__
        """
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_step_may_close_the_stream_below(path) -> None:
    done = script(
        """
        with capture(sys.argv[1]):
            print("seen", flush=True)
            sys.__stdout__.close()
        """,
        path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "seen\n", "")


def test_text_that_no_file_can_hold_is_kept_readable(path) -> None:
    with contextlib.redirect_stdout(io.StringIO()), capture(path):
        print("é \udc80")
    assert read_log(path) == "é \\udc80\n"


def test_an_ascii_terminal_keeps_its_own_errors(path) -> None:
    done = script(
        "with capture(sys.argv[1]):\n    print('é', file=sys.stderr)\n    print('é')",
        path,
        PYTHONIOENCODING="ascii",
    )
    assert "UnicodeEncodeError" in done.stderr
    assert done.stderr.startswith("\\xe9\n")
    assert read_log(path).startswith("é\n")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_the_log_keeps_the_order_of_both_streams(path, unbuffered) -> None:
    code = """
        with capture(sys.argv[1]):
            for number in range(3):
                print("out", number)
                print("err", number, file=sys.stderr)
    """
    done = script(code, path, PYTHONUNBUFFERED=unbuffered)
    assert done.stdout == "out 0\nout 1\nout 2\n"
    assert done.stderr == "err 0\nerr 1\nerr 2\n"
    assert read_log(path) == "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n"


def test_a_killed_process_leaves_what_it_printed(path) -> None:
    code = """
        import time
        with capture(sys.argv[1]):
            print("epoch", 1, end="")
            time.sleep(600)
    """
    code = f"from zenml.runtime.logs import capture\nimport sys\n{textwrap.dedent(code)}"
    running = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.DEVNULL)
    try:
        until(lambda: read_log(path) == "epoch 1")
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert read_log(path) == "epoch 1"


def test_what_forked_processes_print_is_kept_once(path) -> None:
    code = """
        import multiprocessing
        def work(number):
            print("child", number)
        if __name__ == "__main__":
            with capture(sys.argv[1]):
                print("parent")
                children = [
                    multiprocessing.get_context("fork").Process(target=work, args=(i,))
                    for i in range(2)
                ]
                for child in children:
                    child.start()
                    child.join()
                print("done")
    """
    done = script(code, path)
    assert done.stdout == read_log(path) == "parent\nchild 0\nchild 1\ndone\n"


def test_a_log_that_cannot_be_written_does_not_stop_the_step(tmp_path, capsys) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    log = log_path(tmp_path / "run", "trainer")
    with pytest.warns(UserWarning, match=r"trainer\.log could not be written"), capture(log):
        print("going on")
    assert capsys.readouterr().out == "going on\n"


def test_of_a_progress_bar_the_last_state_is_read(path) -> None:
    with capture(path):
        print("reading\r\n 10%\r 50%\r100%")
        print("next")
    assert read_log(path) == "reading\n100%\nnext\n"


def test_of_ten_thousand_lines_python_sees_blocks(path) -> None:
    code = """
        called = []
        def work():
            for number in range(10_000):
                print(f"line {number} of what a step has to say")
        def noted(frame, event, argument):
            if event == "call":
                called.append(frame.f_code.co_name)
        with capture(sys.argv[1]):
            sys.setprofile(noted)
            work()
            sys.setprofile(None)
        print(len(called), file=sys.stderr)
    """
    done = script(code, path)
    assert int(done.stderr) < 1000
    assert read_log(path) == done.stdout
