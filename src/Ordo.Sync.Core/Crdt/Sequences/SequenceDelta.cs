using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

/// <summary>A decoded delta of a sequence that has not been applied yet.</summary>
internal sealed record SequenceDelta<T>(byte[] Structure, T[] Content, IReadOnlyList<ReplicaId> Table);
