using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Writes;

/// <summary>One record's part of a write: computes the new payload from the present one, inside the transaction.</summary>
/// <param name="Key">The record.</param>
/// <param name="Basis">The versions the editor saw; <see langword="null"/> for whatever stands there at commit.</param>
internal abstract record RecordWrite(RecordKey Key, RecordBasis? Basis)
{
    /// <summary>The decision that the write is; <see langword="null"/> for an ordinary edit.</summary>
    public Decision? Decision { get; init; }

    /// <summary>The refused write that this one settles: it leaves the inbox in the same commit.</summary>
    public GlobalDot? Settles { get; init; }

    /// <summary>Whether the write is only for what its basis names: where none of that stands any more, nothing is written.</summary>
    public bool OnlyIfSeen { get; init; }

    /// <summary>Edits of the record's conflict-free state.</summary>
    public IReadOnlyList<ConflictFreeEdit> Edits { get; init; } = [];

    /// <summary>The stored conflict-free state that the edits were made on, where the basis does not say.</summary>
    public ReadOnlyMemory<byte>? Seen { get; init; }

    /// <summary>Whether the editor saw a record: an edit of one that is gone meanwhile does not bring it back.</summary>
    public bool IsOfExisting { get; init; }

    /// <summary>Where the writer leaves what the editor sees afterwards.</summary>
    public EditResult? Result { get; init; }

    /// <summary>Whether it writes the record's payload or deletes it.</summary>
    public virtual bool WritesContent => true;

    /// <summary>The bytes the write takes of the queue's budget.</summary>
    public abstract int SizeBytes { get; }

    /// <summary>The new payload, given the present one; empty where there is none, or for a delete.</summary>
    public abstract ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> present);

    /// <summary>Replaces the record, keeping fields that the app's type does not know.</summary>
    public sealed record Put(RecordKey Key, RecordBasis? Basis, ReadOnlyMemory<byte> Payload, bool KeepsUnknown)
        : RecordWrite(Key, Basis)
    {
        public override int SizeBytes => Payload.Length + Key.SizeBytes;

        public override ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> present) =>
            KeepsUnknown ? PayloadMap.Preserve(present, Payload) : Payload;
    }

    /// <summary>Sets some fields.</summary>
    public sealed record Patch(
        RecordKey Key, RecordBasis? Basis, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Fields)
        : RecordWrite(Key, Basis)
    {
        public override bool WritesContent => Fields.Count > 0;

        public override int SizeBytes
        {
            get
            {
                int bytes = Key.SizeBytes;
                for (int i = 0; i < Fields.Count; i++)
                {
                    bytes += Fields[i].Key.Length + Fields[i].Value.Length;
                }

                for (int i = 0; i < Edits.Count; i++)
                {
                    bytes += Edits[i].SizeBytes;
                }

                return bytes;
            }
        }

        public override ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> present)
        {
            ReadOnlyMemory<byte> payload = present.IsEmpty ? PayloadMap.Empty : present;
            foreach ((string path, ReadOnlyMemory<byte> value) in Fields)
            {
                payload = PayloadMap.Set(payload, path, value);
            }

            return payload;
        }
    }

    /// <summary>Deletes the record.</summary>
    public sealed record Delete(RecordKey Key, RecordBasis? Basis) : RecordWrite(Key, Basis)
    {
        public override int SizeBytes => Key.SizeBytes;

        public override ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> present) => default;
    }
}
