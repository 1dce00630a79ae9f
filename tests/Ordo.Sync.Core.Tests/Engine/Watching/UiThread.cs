using System.Collections.Concurrent;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

/// <summary>A user interface's thread: runs what is posted to it, one after another, and can be held up.</summary>
internal sealed class UiThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];
    private readonly Thread _thread;

    public UiThread()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What callbacks have thrown.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    public bool IsCurrent => Thread.CurrentThread == _thread;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!_posted.IsAddingCompleted)
        {
            _posted.Add((d, state));
        }
    }

    /// <summary>Runs something on the thread.</summary>
    public Task<TResult> InvokeAsync<TResult>(Func<TResult> run)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            _ =>
            {
                try
                {
                    done.SetResult(run());
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            null);
        return done.Task;
    }

    /// <summary>Lets the thread do nothing until the result is disposed.</summary>
    public ManualResetEventSlim HoldUp()
    {
        var released = new ManualResetEventSlim();
        Post(_ => released.Wait(), null);
        return released;
    }

    public void Dispose()
    {
        _posted.CompleteAdding();
        _thread.Join();
        _posted.Dispose();
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        foreach ((SendOrPostCallback callback, object? state) in _posted.GetConsumingEnumerable())
        {
            try
            {
                callback(state);
            }
            catch (Exception exception)
            {
                Failures.Enqueue(exception);
            }
        }
    }
}
