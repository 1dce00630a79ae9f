using Microsoft.Extensions.Logging;
using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>
/// Writes checkpoints, removes what they make superfluous, and gives back the space of superseded values, in the background.
/// A checkpoint and the one before it are kept, and the log since the latter, so that one damaged file loses nothing.
/// </summary>
internal sealed partial class Maintainer : IAsyncDisposable
{
    private const int CheckpointsKept = 2;
    private const int ValueOverheadBytes = 96;

    private readonly RecoveredStore _store;
    private readonly StoreSettings _settings;
    private readonly IStoreFiles _files;
    private readonly WriterQueue _writers;
    private readonly RetainedImages _retained;
    private readonly Func<StoreImage> _committed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly SemaphoreSlim _working = new(1, 1);
    private readonly List<long> _checkpoints;
    private Task? _loop;
    private long _checkpointBytes;
    private bool _isWanted;
    private volatile Exception? _failure;

    public Maintainer(
        RecoveredStore store,
        StoreSettings settings,
        IStoreFiles files,
        WriterQueue writers,
        RetainedImages retained,
        Func<StoreImage> committed,
        ILogger logger)
    {
        _store = store;
        _settings = settings;
        _files = files;
        _writers = writers;
        _retained = retained;
        _committed = committed;
        _logger = logger;
        _checkpoints = [.. store.Checkpoints];
        _isWanted = store.NeedsCheckpoint;
    }

    /// <summary>Why the last maintenance failed; <see langword="null"/> where it did not.</summary>
    public Exception? Failure => _failure;

    private CommitLog Log => _store.Log;

    private ValueStore Values => _store.Values;

    private bool IsCheckpointDue => _isWanted || Log.Tail > Math.Max(_settings.CheckpointAfterBytes, _checkpointBytes);

    private bool IsLogTooLong => Log.Tail > Math.Max(_settings.LogBytesMax, 2 * _checkpointBytes);

    public void Start()
    {
        _loop = Task.Run(RunAsync);
        Count();
    }

    /// <summary>Looks, after a commit, whether there is work, and has it done.</summary>
    public void Count()
    {
        if ((IsCheckpointDue || IsCleaningDue(_committed())) && _signal.CurrentCount == 0)
        {
            try
            {
                _signal.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has just asked for the same.
            }
        }
    }

    /// <summary>Waits for a checkpoint where the log outgrows its bound: writers must not be faster than it for ever.</summary>
    public async ValueTask WaitForRoomAsync()
    {
        if (IsLogTooLong && _failure is null && !_stopping.IsCancellationRequested)
        {
            try
            {
                await _working.WaitAsync(_stopping.Token).ConfigureAwait(false);
                _working.Release();
            }
            catch (OperationCanceledException)
            {
                // The store closes; what was committed stands.
            }
        }
    }

    /// <summary>Writes a checkpoint now.</summary>
    /// <exception cref="SyncException">It cannot be written; the store is as it was.</exception>
    public async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        await _working.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            await WriteCheckpointAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            throw Failures.Of(_settings.Folder, "its checkpoint cannot be written", exception);
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>Ends the background work, and waits for what was asked for by hand.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_loop is { } loop)
        {
            await loop.ConfigureAwait(false);
        }

        await _working.WaitAsync().ConfigureAwait(false);
        _working.Release();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _signal.WaitAsync(_stopping.Token).ConfigureAwait(false);
                await WorkAsync().ConfigureAwait(false);
                _failure = null;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is SyncException or InvalidDataException || Failures.IsOfFiles(exception))
            {
                if (_failure is null)
                {
                    StoreLog.MaintenanceFailed(_logger, exception, _settings.Folder);
                }

                _failure = exception;
            }
        }
    }

    private async Task WorkAsync()
    {
        await _working.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            if (IsCheckpointDue)
            {
                await WriteCheckpointAsync(_stopping.Token).ConfigureAwait(false);
            }

            while (IsCleaningDue(_committed()) && Clean() > 0)
            {
                _stopping.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _working.Release();
        }
    }

    private async Task WriteCheckpointAsync(CancellationToken cancellationToken)
    {
        Log.FlushBeside();
        await _writers.EnterAsync(cancellationToken).ConfigureAwait(false);
        LinkedListNode<StoreImage> held = _retained.Hold(_committed);
        try
        {
            try
            {
                if (_checkpoints.Count > 0 && _checkpoints[^1] == held.Value.Commit)
                {
                    return;
                }

                Log.Rotate();
            }
            finally
            {
                _writers.Exit();
            }

            _checkpointBytes = CheckpointWriter.Write(
                _files, _store.Identity, held.Value, Values, cancellationToken);
            _checkpoints.Add(held.Value.Commit);
            _isWanted = false;
            StoreLog.Checkpointed(_logger, _settings.Folder, held.Value.Commit, _checkpointBytes);
        }
        finally
        {
            _retained.Release(held);
        }

        RemoveSuperfluous();
    }

    private void RemoveSuperfluous()
    {
        while (_checkpoints.Count > CheckpointsKept)
        {
            _files.Delete(FileNames.Checkpoint(_checkpoints[0]));
            _checkpoints.RemoveAt(0);
        }

        // Up to the older checkpoint that is kept; with one only, the log still begins with the first commit.
        long floor = _checkpoints.Count == CheckpointsKept ? _checkpoints[0] : 0;
        foreach (long first in FileNames.LogsIn(_files.List()).Where(first => first <= floor))
        {
            _files.Delete(FileNames.Log(first));
        }
    }
}
