using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.ConflictFree;

/// <summary>The dots of a transaction, as conflict-free types ask for them; the scope's draft learns of each.</summary>
internal sealed class TransactionDots(IStoreTransaction transaction, ScopeDraft draft) : IDotSource
{
    public ReplicaId Replica => transaction.Replica;

    public long Take(int count)
    {
        Dot first = transaction.NextDots(count);
        draft.Issue(new Dot(first.ReplicaIndex, first.Counter + count - 1));
        return first.Counter;
    }
}
