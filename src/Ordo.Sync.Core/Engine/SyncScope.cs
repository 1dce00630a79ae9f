using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

/// <inheritdoc cref="ISyncScope"/>
internal sealed class SyncScope(SyncEngine engine, string name) : ISyncScope
{
    public string Name => name;

    public ISyncCollection<T> Collection<T>(string collection) =>
        new SyncCollection<T>(engine, name, engine.DeclarationOf<T>(collection));

    public async ValueTask<ScopeStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        IRecordStore store = await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await snapshot.GetScopeAsync(name, cancellationToken).ConfigureAwait(false);
        JournalStatus journal = await snapshot.GetJournalStatusAsync(name, cancellationToken).ConfigureAwait(false);
        return new ScopeStatus(state.LiveCount, state.Digest, journal.PendingCount, state.Exceptions.IsEmpty);
    }
}
