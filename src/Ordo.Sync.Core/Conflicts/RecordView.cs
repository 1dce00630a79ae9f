using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts;

/// <summary>What a reader sees of a record.</summary>
/// <param name="State">How the record stands.</param>
/// <param name="Payload">The value shown; empty where the record counts as deleted.</param>
/// <param name="Shown">The version that the value comes from, or mostly comes from.</param>
public readonly record struct RecordView(RecordState State, ReadOnlyMemory<byte> Payload, RecordVersion Shown);
