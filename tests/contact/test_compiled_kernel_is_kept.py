"""The folder of the compiled kernel: named by its sources, writable, and known when empty."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.contact import compiled, kernel


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """Let the module find its folder anew, below tmp_path."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(compiled, "_user_cache", lambda: tmp_path / "stormdesk")
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    compiled.cache_folder.cache_clear()
    yield tmp_path
    compiled.cache_folder.cache_clear()


def test_a_new_machine_needs_compiling_until_it_is_done(fresh):
    assert compiled.needs_compiling()
    compiled.mark_compiled()
    assert not compiled.needs_compiling()


def test_nothing_is_compiled_with_the_compiler_off(fresh, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert not compiled.needs_compiling()


@pytest.mark.parametrize("name", ["loop.py", "events.py", "traits.py", "state.py", "hashing.py"])
def test_a_change_in_any_source_changes_the_folder(fresh, monkeypatch, tmp_path, name):
    before = compiled.cache_folder().name
    changed = []
    for source in compiled._SOURCES:
        copy = tmp_path / f"copy_{source.name}"
        copy.write_bytes(source.read_bytes() + (b"#" if source.name == name else b""))
        changed.append(copy)
    monkeypatch.setattr(compiled, "_SOURCES", tuple(changed))
    compiled.cache_folder.cache_clear()
    assert compiled.cache_folder().name != before


def test_all_sources_of_the_kernel_are_counted():
    """Every module of ours that the kernel calls is in the fingerprint."""
    names = [each.stem for each in Path(kernel.__file__).parent.glob("[a-z]*.py")]
    modules = [importlib.import_module(f"sim.contact.kernel.{name}") for name in names]
    files = {
        sys.modules[value.__module__].__file__
        for module in modules
        for value in vars(module).values()
        if str(getattr(value, "__module__", "")).startswith("sim.")
    }
    assert len(files) > len(names)
    assert {str(source) for source in compiled._SOURCES} >= files


def test_the_warm_up_compiles_each_entry_once_and_a_run_none_again():
    """Called with other types, an entry would be compiled anew in mid-run."""
    code = """
from one_run import run
from sim.contact.centre import warm_up
warm_up()
from sim.contact.kernel import loop, orders
entries = [loop.run, *(getattr(orders, name) for name in orders.__all__)]
compiled = [getattr(entry, "signatures", ["plain Python"]) for entry in entries]
print([len(each) for each in compiled])
centre = run(n_callers=50)
print([len(each) for each in compiled])
"""
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True
    )
    after_warm_up, after_run = done.stdout.splitlines()
    assert after_warm_up == after_run == str([1] * 7)


def test_an_unwritable_cache_falls_back_to_a_temporary_folder(fresh, monkeypatch, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setattr(compiled, "_user_cache", lambda: blocked / "stormdesk")
    compiled.cache_folder.cache_clear()
    folder = compiled.cache_folder()
    assert folder.is_dir()
    assert os.access(folder, os.W_OK)
    assert not folder.is_relative_to(blocked)


def test_the_section_is_read_without_numba():
    code = "import sys, sim.scenario.contact, sim.contact.compiled; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
