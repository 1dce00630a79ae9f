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
        return state.Exceptions.IsEmpty
            ? Of(GlobalVector.From(state.Knowledge, replicas), GlobalVector.From(state.Forgotten, replicas))
            : UInt128.Zero;
    }

    /// <summary>The hash of a knowledge and a forgotten vector; never zero.</summary>
    public static UInt128 Of(GlobalVector knowledge, GlobalVector forgotten)
    {
        ArgumentNullException.ThrowIfNull(knowledge);
        ArgumentNullException.ThrowIfNull(forgotten);
        return unchecked((knowledge.Hash() * 31) + forgotten.Hash()) | UInt128.One;
    }
}
