using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Writes;

/// <summary>
/// The one writer of a store: takes what waits in the queue, writes it as one transaction (record, journal entry, knowledge and
/// clock together), and tells the callers once it is durable. While one group is on its way to the disk, the next is written.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "RunAsync keeps the turn at its end: there is nothing to free, and nobody begins.")]
internal sealed partial class GroupWriter(
    IRecordStore store,
    CollectionCatalog catalog,
    WriteQueue queue,
    ChangePublisher publisher,
    SyncHealth health,
    PeerClock clock,
    SiblingReader siblings,
    Func<string, bool> isSubscribed)
{
    private const int GroupCountMax = 4096;
    private const long GroupBytesMax = 8 * 1024 * 1024;

    // So many groups of one write each in a row, and callers write by themselves.
    private const int LoneGroupsMin = 8;

    // Whose turn it is: the loop's, or that of a caller who writes by itself.
    private readonly AsyncSemaphore _turn = new(1);
    private volatile int _loneGroups;
    private Task _settling = Task.CompletedTask;

    /// <summary>Writes until the queue is closed and empty.</summary>
    public async Task RunAsync()
    {
        while (await queue.WaitAsync().ConfigureAwait(false))
        {
            await _turn.WaitAsync().ConfigureAwait(false);
            try
            {
                // A list of its own for each group: one may still be on its way to the disk while the next is written.
                var group = new List<QueuedWrite>();
                queue.Take(group, GroupCountMax, GroupBytesMax);
                _loneGroups = group.Count == 1 ? Math.Min(_loneGroups + 1, LoneGroupsMin) : 0;
                await WriteAsync(group).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }

        // Who writes by itself comes to its end, and nobody begins: the turn is not given back.
        await _turn.WaitAsync().ConfigureAwait(false);
        await _settling.ConfigureAwait(false);
    }

    /// <summary>
    /// Takes the turn for a caller who writes by itself: where writes have come one at a time, the way to the writer's thread and
    /// back costs more than it gains. Only on a thread that may wait for a disk, and never past a write that is queued.
    /// </summary>
    /// <returns>Whether <see cref="WriteAloneAsync"/> is to be called.</returns>
    public bool TryEnter(QueuedWrite write)
    {
        if (_loneGroups < LoneGroupsMin || !MayWaitForDisk() || !_turn.TryTake())
        {
            return false;
        }

        if (queue.TryPass(write))
        {
            return true;
        }

        _turn.Release();
        return false;
    }

    /// <summary>Writes on the caller's thread, whose turn it is.</summary>
    public async ValueTask<GlobalDot> WriteAloneAsync(QueuedWrite write)
    {
        try
        {
            await WriteAsync([write]).ConfigureAwait(false);
            if (queue.Count > 0)
            {
                // Others have come meanwhile: they gain by being written together.
                _loneGroups = 0;
            }
        }
        finally
        {
            _turn.Release();
        }

        return await write.Completion.Task.ConfigureAwait(false);
    }

    // A thread of the pool waits for nobody's input; one with a context of its own may be that of a user interface.
    private static bool MayWaitForDisk() =>
        Thread.CurrentThread.IsThreadPoolThread
        && SynchronizationContext.Current is null
        && TaskScheduler.Current == TaskScheduler.Default
        && !Continuations.AreSimulated;

    private async ValueTask WriteAsync(List<QueuedWrite> group)
    {
        var changes = new ChangeCollector(publisher, catalog, ChangeOrigin.Local);
        try
        {
            long began = health.OnCommitting();
            Task durable = await CommitAsync(group, changes).ConfigureAwait(false);
            _settling = SettleAsync(_settling, durable, group, changes, began);
        }
        catch (Exception exception) when (group.Count == 1)
        {
            if (exception is SyncException { IsCommitted: true })
            {
                // Whoever looks sees it: watchers too.
                changes.Publish();
            }

            Fail(group[0], exception);
        }
        catch (Exception)
        {
            // One write of the group cannot stand: nothing was committed, so each is tried alone and only the culprits fail.
            foreach (QueuedWrite write in group)
            {
                await WriteAsync([write]).ConfigureAwait(false);
            }
        }
    }

    // Callers and watchers hear of writes in the order of their commits, and not before they are as durable as was asked.
    private async Task SettleAsync(
        Task before, Task durable, List<QueuedWrite> group, ChangeCollector changes, long began)
    {
        await before.ConfigureAwait(false);
        try
        {
            await durable.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // They stand, but may yet be lost: whoever looks may see them, and whoever wrote them has to know.
            changes.Publish();
            foreach (QueuedWrite write in group)
            {
                Fail(write, exception);
            }

            return;
        }

        health.OnCommitted(group, began);
        changes.Publish();
        foreach (QueuedWrite write in group)
        {
            queue.Release(write);
            write.Completion.Complete(store.Replicas.Globalize(write.LastDot));
        }
    }

    private void Fail(QueuedWrite write, Exception exception)
    {
        queue.Release(write);
        write.Completion.Fail(exception);
    }

    private async ValueTask<Task> CommitAsync(List<QueuedWrite> group, ChangeCollector changes)
    {
        // Beside the next group goes the flush of this one, unless its writer is alone: then there is nothing to do meanwhile.
        bool isAlone = group.Count == 1 && _settling.IsCompleted;
        Task durable = Task.CompletedTask;
        await using IStoreTransaction transaction = await store.BeginAsync().ConfigureAwait(false);
        var drafts = new Dictionary<string, ScopeDraft>(StringComparer.Ordinal);
        DateTimeOffset now = clock.Now;
        var durability = Durability.Normal;
        foreach (QueuedWrite write in group)
        {
            durability = write.Durability == Durability.Full ? Durability.Full : durability;
            if (!drafts.TryGetValue(write.Scope, out ScopeDraft? draft))
            {
                RequireSubscription(write.Scope);
                draft = await ScopeDraft.BeginAsync(transaction, write.Scope, catalog, changes).ConfigureAwait(false);
                drafts.Add(write.Scope, draft);
            }

            foreach (RecordWrite record in write.Writes)
            {
                write.LastDot = await WriteAsync(transaction, draft, record, write.Author, now).ConfigureAwait(false);
            }
        }

        foreach (ScopeDraft draft in drafts.Values)
        {
            await draft.SaveAsync().ConfigureAwait(false);
        }

        IReadOnlyList<string> declared = await catalog.SaveAsync(transaction).ConfigureAwait(false);
        if (isAlone)
        {
            await transaction.CommitAsync(durability).ConfigureAwait(false);
        }
        else
        {
            durable = await transaction.SubmitAsync(durability).ConfigureAwait(false);
        }

        catalog.MarkSaved(declared);
        return durable;
    }

    // A write may have waited while the device left its scope.
    private void RequireSubscription(string scope)
    {
        if (!isSubscribed(ScopeLane.ScopeOf(scope)))
        {
            throw new InvalidOperationException(
                $"This device is not subscribed to the scope '{ScopeLane.ScopeOf(scope)}': what it wrote there would never be synced. "
                + "Call SubscribeAsync first, or Subscribe when you configure the engine.");
        }
    }
}
