using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication;

/// <summary>The hash by which two replicas find in one round trip that they know the same of a scope.</summary>
public static class StateHash
{
    /// <summary>The hash of knowledge and forgotten vector; a scope with exceptions never equals another.</summary>
    public static UInt128 Of(ScopeState state, ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.Exceptions.IsEmpty)
        {
            return UInt128.Zero;
        }

        UInt128 forgotten = GlobalVector.From(state.Forgotten, replicas).Hash();
        return unchecked((GlobalVector.From(state.Knowledge, replicas).Hash() * 31) + forgotten) | UInt128.One;
    }
}
