using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// Brings commits to the disk beside the writer: while the log is flushed for some, the next are written, and one flush serves all
/// that were there when it began. Knows what is on the disk. Thread-safe.
/// </summary>
/// <remarks>
/// A flush covers every commit before it, since the log is one file; recovery takes commits in their order up to the first that is
/// not whole. So what is durable is always a prefix. The thread is made when it is first needed.
/// </remarks>
/// <param name="flush">Flushes the log's file.</param>
/// <param name="name">What to call the store.</param>
[SuppressMessage("Design", "CA1001", Justification = "Stop ends the thread, which is all there is to free.")]
internal sealed class LogFlusher(Action flush, string name)
{
    private readonly Lock _lock = new();
    private readonly Lock _flushing = new();
    private readonly Queue<(long Commit, Completion<bool> Completion)> _waiting = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private Thread? _thread;
    private long _committed;
    private long _durable;
    private Exception? _failure;
    private bool _isStopping;

    /// <summary>Why the last flush failed; <see langword="null"/> where the log may be written to.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Counts a commit. By the writer, in its turn.</summary>
    public void Count(bool isDurable)
    {
        lock (_lock)
        {
            _committed++;
            _durable = isDurable ? _committed : _durable;
        }
    }

    /// <summary>Waits, without holding a thread, until all commits so far are on the disk.</summary>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            if (_failure is { } failure)
            {
                return Task.FromException(failure);
            }

            if (_durable == _committed)
            {
                return Task.CompletedTask;
            }

            ObjectDisposedException.ThrowIf(_isStopping, this);
            var completion = new Completion<bool>();
            _waiting.Enqueue((_committed, completion));
            if (_waiting.Count == 1)
            {
                Wake();
            }

            return completion.Task;
        }
    }

    /// <summary>Flushes on the caller's thread what is not on the disk yet.</summary>
    public void Flush()
    {
        if (TryFlush(out _) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>A flush failed: what is not on the disk now may never be, whatever the next flush says.</summary>
    public void Doubt(Exception exception)
    {
        lock (_lock)
        {
            if (_durable < _committed)
            {
                _failure ??= exception;
            }
        }
    }

    /// <summary>All that was committed is in the database and on the disk; the log begins anew. In the writer's turn.</summary>
    public void Trust()
    {
        lock (_lock)
        {
            _durable = _committed;
            _failure = null;
        }
    }

    /// <summary>Flushes for those who wait and ends the thread.</summary>
    public void Stop()
    {
        Thread? thread;
        lock (_lock)
        {
            _isStopping = true;
            thread = _thread;
        }

        _wanted.Release();
        thread?.Join();
    }

    private void Wake()
    {
        if (Continuations.Post is { } post)
        {
            // A simulation has one thread, and does this in its turn.
            post(ServeAll);
            return;
        }

        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = $"Ordo.Sync log of {Path.GetFileName(name)}" };
            _thread.Start();
        }

        _wanted.Release();
    }

    private void Run()
    {
        while (true)
        {
            _wanted.Wait();
            ServeAll();
            if (Volatile.Read(ref _isStopping))
            {
                return;
            }
        }
    }

    private void ServeAll()
    {
        while (Serve())
        {
            // Others have come meanwhile.
        }
    }

    /// <summary>Flushes what is not on the disk yet.</summary>
    /// <param name="target">The last commit that the outcome is about.</param>
    /// <returns>Why that failed, now or before; <see langword="null"/> where all up to the target is on the disk.</returns>
    private Exception? TryFlush(out long target)
    {
        lock (_flushing)
        {
            lock (_lock)
            {
                target = _committed;
                if (_failure is not null || _durable == target)
                {
                    return _failure;
                }
            }

            try
            {
                flush();
            }
            catch (Exception exception)
            {
                Doubt(exception);
                return exception;
            }

            lock (_lock)
            {
                _durable = Math.Max(_durable, target);
                return null;
            }
        }
    }

    /// <summary>Flushes for those who wait. Who has come since the flush began has to do with another one, also where this one failed.</summary>
    /// <returns>Whether more wait.</returns>
    private bool Serve()
    {
        Exception? failure = TryFlush(out long target);
        while (TakeServed(target) is { } served)
        {
            if (failure is null)
            {
                served.Complete(true);
            }
            else
            {
                served.Fail(failure);
            }
        }

        lock (_lock)
        {
            return _waiting.Count > 0;
        }
    }

    private Completion<bool>? TakeServed(long target)
    {
        lock (_lock)
        {
            return _waiting.TryPeek(out (long Commit, Completion<bool> Completion) first) && first.Commit <= target
                ? _waiting.Dequeue().Completion
                : null;
        }
    }
}
