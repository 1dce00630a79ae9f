namespace Ordo.Sync.Engine.Resolvers;

/// <summary>
/// A thread of its own on which resolvers run, so that one that hangs can be left behind: nothing else waits for it longer than
/// its limit. For one caller at a time.
/// </summary>
internal sealed class ResolverWorker : IDisposable
{
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly SemaphoreSlim _done = new(0, 1);
    private Func<ResolverResult>? _resolve;
    private ResolverResult _result;
    private Exception? _failure;

    public ResolverWorker() => new Thread(Run) { IsBackground = true, Name = "Ordo.Sync resolver" }.Start();

    /// <summary>Runs a resolver; <see langword="false"/> where it did not end in time and this worker is lost with it.</summary>
    public bool TryRun(Func<ResolverResult> resolve, TimeSpan limit, out ResolverResult result, out Exception? failure)
    {
        _resolve = resolve;
        _work.Release();
        if (!_done.Wait(limit))
        {
            result = default;
            failure = null;
            return false;
        }

        result = _result;
        failure = _failure;
        return true;
    }

    /// <summary>Ends the thread when what it runs has ended; it takes its signals with it.</summary>
    public void Dispose()
    {
        _resolve = null;
        _work.Release();
    }

    private void Run()
    {
        while (true)
        {
            _work.Wait();
            if (_resolve is not { } resolve)
            {
                _work.Dispose();
                _done.Dispose();
                return;
            }

            try
            {
                _result = resolve();
                _failure = null;
            }
            catch (Exception exception)
            {
                _failure = exception;
            }

            _done.Release();
        }
    }
}
