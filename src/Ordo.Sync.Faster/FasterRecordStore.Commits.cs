using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Transactions;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster;

/// <content>How a transaction begins and is committed.</content>
public sealed partial class FasterRecordStore
{
    /// <inheritdoc/>
    public ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default)
    {
        _ = Committed;
        Task turn = _writers.EnterAsync(cancellationToken);
        return turn.IsCompletedSuccessfully ? new(Begin()) : WaitAsync(turn);

        async ValueTask<IStoreTransaction> WaitAsync(Task turn)
        {
            await turn.ConfigureAwait(false);
            return Begin();
        }
    }

    /// <summary>Commits a transaction, in its turn: log, values, state, in this order.</summary>
    internal void Commit(FasterTransaction transaction, StoreImage image, Durability durability)
    {
        lock (_committing)
        {
            ThrowIfDisposed();
            long bytes = 0;
            int pieces = 0;
            foreach (PendingValue value in transaction.Pending)
            {
                bytes += value.BodyLength;
                pieces += ValuePiece.CountFor(value.BodyLength);
            }

            // What can fail comes before the log: a commit that the log has stands.
            Values.Reserve(bytes, pieces);
            image.Commit = Log.Append(transaction.Frame, durability == Durability.Full);
            try
            {
                foreach (PendingValue value in transaction.Pending)
                {
                    Values.Write(value.Number, transaction.OwnerOf(value), transaction.BodyOf(value));
                }
            }
            catch (Exception exception)
            {
                // The log has what the state will not have: only opening again brings them together.
                Log.Fail(exception);
                throw;
            }

            _committed = image;
        }

        _maintainer!.Count();
    }

    internal ValueTask WaitForRoomAsync() => _maintainer!.WaitForRoomAsync();

    /// <summary>Fails where the state costs as much memory as the options allow.</summary>
    internal void ThrowIfIndexFull(StoreImage image)
    {
        if (image.IndexBytes > _settings.IndexBytesMax)
        {
            throw Failures.Full(
                Name,
                $"what it keeps in memory of {image.RecordCount} records and {image.Journal.Count} journal entries takes "
                + $"{image.IndexBytes / 1024} KiB, {_settings.IndexBytesMax / 1024} are the most",
                "Remove records, sync so that the journal empties, raise FasterStoreOptions.IndexMemoryMaxKiB, or keep the "
                + "collection in the structured store.");
        }
    }

    private FasterTransaction Begin()
    {
        try
        {
            StoreImage fork = Committed.Fork();
            Log.ThrowIfFailed();
            CommitLog.Begin(_frame);
            return new FasterTransaction(this, Values, fork, _frame, _scratch, _exit);
        }
        catch
        {
            _writers.Exit();
            throw;
        }
    }
}
