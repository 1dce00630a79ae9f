namespace Ordo.Sync.Crdt.Sequences;

/// <summary>Consecutive elements on their way into a sequence; replicas by the receiver's indexes, −1 the beginning.</summary>
internal readonly struct SequencePiece<T>
{
    public required int Replica { get; init; }

    public required long Counter { get; init; }

    public required int Length { get; init; }

    public required int ParentReplica { get; init; }

    public required long ParentCounter { get; init; }

    public required bool IsLeft { get; init; }

    public required RunState State { get; init; }

    public RemovalStamp Stamp { get; init; }

    public ReadOnlyMemory<T> Content { get; init; }
}
