using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace Ordo.Sync.Blobs.Tests.Processes;

/// <summary>A child process; ends with its test.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(8);

    private readonly Process _process;
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private Child(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? string.Empty);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IEnumerable<string> Lines => _lines;

    public static Child Start(string task, string folder, string hub, string? file = null, int damages = 0)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                [ChildProgram.TaskVariable] = task,
                [ChildProgram.FolderVariable] = folder,
                [ChildProgram.HubVariable] = hub,
                [ChildProgram.FileVariable] = file ?? string.Empty,
                [ChildProgram.DamageVariable] = $"{damages}",
            },
        };
        return new Child(start);
    }

    /// <summary>Reads up to a line that begins so; <see langword="null"/> where the process ends before.</summary>
    public async Task<string?> ReadToAsync(string prefix)
    {
        using var hangs = new CancellationTokenSource(HangsAfter);
        await foreach (string line in _unread.Reader.ReadAllAsync(hangs.Token))
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Waits for its end and fails where that was no success.</summary>
    public async Task SucceedAsync()
    {
        Assert.True(await WaitAsync() == 0, string.Join('\n', [.. _lines.TakeLast(5), .. _errors]));
    }

    public async Task<int> WaitAsync()
    {
        using var hangs = new CancellationTokenSource(HangsAfter);
        await _process.WaitForExitAsync(hangs.Token);
        return _process.ExitCode;
    }

    /// <summary>Kills it: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            _unread.Writer.TryComplete();
            return;
        }

        _lines.Enqueue(line);
        _unread.Writer.TryWrite(line);
    }
}
