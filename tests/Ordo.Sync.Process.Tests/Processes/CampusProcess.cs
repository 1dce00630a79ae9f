using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using SystemProcess = System.Diagnostics.Process;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>A process of the sample: what it prints, and its end, by itself or by SIGKILL.</summary>
internal sealed class CampusProcess : IDisposable
{
    // Not a time to be fast in, but one after which something certainly hangs.
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(10);

    private readonly SystemProcess _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();
    private readonly string _command;
    private bool _isDisposed;

    private CampusProcess(IReadOnlyList<string> arguments)
    {
        _command = string.Join(' ', arguments);
        var start = new ProcessStartInfo(CampusBinary.Host, [CampusBinary.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Which grades are written is said by the arguments alone.
        start.Environment.Remove("ORDO_DATA");

        // Processes that live for a second gain nothing from code compiled a third time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = new SystemProcess { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => OnError(line.Data);
    }

    public int Id => _process.Id;

    /// <summary>The lines on standard output so far.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>The lines on standard error so far.</summary>
    public string Errors => string.Join('\n', _errors);

    public static CampusProcess Start(params IReadOnlyList<string> arguments)
    {
        var process = new CampusProcess(arguments);
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Reads on to the next line that begins so; null where the process ended before.</summary>
    public async Task<string?> ReadToAsync(string prefix)
    {
        using var hangs = new CancellationTokenSource(HangsAfter);
        try
        {
            await foreach (string line in _unread.Reader.ReadAllAsync(hangs.Token))
            {
                if (line.StartsWith(prefix, StringComparison.Ordinal))
                {
                    return line;
                }
            }

            return null;
        }
        catch (OperationCanceledException)
        {
            throw Hangs($"prints no line '{prefix}'");
        }
    }

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> WaitAsync()
    {
        using var hangs = new CancellationTokenSource(HangsAfter);
        try
        {
            await _process.WaitForExitAsync(hangs.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw Hangs("does not end");
        }
    }

    /// <summary>Kills it: nothing of it runs on, no finally, no handler, no flush. Does nothing where it has ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    /// <summary>Waits for its end and fails, showing what it printed, where that was not a success.</summary>
    public async Task SucceedAsync()
    {
        int code = await WaitAsync();
        Assert.True(code == 0, $"'{_command}' ended with {code}.\n{string.Join('\n', _output)}\n{Errors}");
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _process.Kill();
        _process.Dispose();
    }

    private TimeoutException Hangs(string how) =>
        new($"'{_command}' {how} within {HangsAfter}.\n{string.Join('\n', _output)}\n{Errors}");

    private void OnOutput(string? line)
    {
        if (line is null)
        {
            _unread.Writer.TryComplete();
            return;
        }

        _output.Enqueue(line);
        _unread.Writer.TryWrite(line);
    }

    private void OnError(string? line)
    {
        if (line is not null)
        {
            _errors.Enqueue(line);
        }
    }
}
