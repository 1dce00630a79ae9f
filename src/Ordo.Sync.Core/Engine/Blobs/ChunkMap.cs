using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Which chunks of a blob are here, which are on their way, and which to take next: from where somebody waits onwards, then
/// from the beginning. Thread-safe.
/// </summary>
internal sealed class ChunkMap
{
    private readonly Lock _lock = new();
    private readonly ChunkState[] _states;
    private readonly Dictionary<int, TaskCompletionSource> _waiters = [];
    private Exception? _failure;
    private int _next;
    private int _open;
    private int _held;
    private long _heldBytes;

    public ChunkMap(BlobManifest manifest)
    {
        Manifest = manifest;
        _states = new ChunkState[manifest.Chunks.Length];
        _open = _states.Length;
    }

    private enum ChunkState : byte
    {
        Open,
        Taken,
        Held,
    }

    public BlobManifest Manifest { get; }

    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Whether all chunks are held, or were before a reset.</summary>
    public bool WasComplete { get; private set; }

    /// <summary>The chunks that nobody has taken yet, each as it is asked for.</summary>
    public IEnumerable<int> TakeAll()
    {
        while (Take() is { } index)
        {
            yield return index;
        }
    }

    /// <summary>Completes when the chunk is held; one that nobody has taken is taken next.</summary>
    public Task WaitAsync(int index) => WaitAsync(index, isUrgent: true);

    /// <summary>Completes when the chunk is held, in whichever order it comes.</summary>
    public Task WaitInOrderAsync(int index) => WaitAsync(index, isUrgent: false);

    public void SetHeld(int index)
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            _states[index] = ChunkState.Held;
            _heldBytes += Manifest.Chunks[index].Length;
            WasComplete |= ++_held == _states.Length;
            _waiters.Remove(index, out waiter);
        }

        waiter?.SetResult();
    }

    /// <summary>Everything is to be looked at again.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Array.Clear(_states);
            (_next, _open, _held, _heldBytes) = (0, _states.Length, 0, 0);
        }
    }

    /// <summary>No more chunks come: whoever waits, or will, gets the failure.</summary>
    public void Fail(Exception failure)
    {
        TaskCompletionSource[] waiters;
        lock (_lock)
        {
            _failure = failure;
            waiters = [.. _waiters.Values];
            _waiters.Clear();
        }

        foreach (TaskCompletionSource waiter in waiters)
        {
            waiter.SetException(failure);
        }
    }

    private int? Take()
    {
        lock (_lock)
        {
            if (_open == 0)
            {
                return null;
            }

            while (_states[_next % _states.Length] != ChunkState.Open)
            {
                _next++;
            }

            int index = _next % _states.Length;
            _states[index] = ChunkState.Taken;
            _next = index + 1;
            _open--;
            return index;
        }
    }

    private Task WaitAsync(int index, bool isUrgent)
    {
        lock (_lock)
        {
            if (_states[index] == ChunkState.Held)
            {
                return Task.CompletedTask;
            }

            if (_failure is not null)
            {
                return Task.FromException(_failure);
            }

            if (isUrgent && _states[index] == ChunkState.Open)
            {
                _next = index;
            }

            if (!_waiters.TryGetValue(index, out TaskCompletionSource? waiter))
            {
                waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiters.Add(index, waiter);
            }

            return waiter.Task;
        }
    }
}
