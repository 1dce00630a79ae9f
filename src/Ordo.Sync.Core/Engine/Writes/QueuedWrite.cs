using Ordo.Sync.Causality;
using Ordo.Sync.Scheduling;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Writes;

/// <summary>A write that waits for the writer: one or more records of one scope, all or none.</summary>
internal sealed class QueuedWrite(string scope, IReadOnlyList<RecordWrite> writes, string author, Durability durability)
{
    public string Scope => scope;

    public IReadOnlyList<RecordWrite> Writes => writes;

    public string Author => author;

    public Durability Durability => durability;

    /// <summary>The bytes it takes of the queue's budget.</summary>
    public long SizeBytes { get; } = writes.Sum(write => (long)write.SizeBytes) + 128;

    /// <summary>The last dot of the write, once committed.</summary>
    public Completion<GlobalDot> Completion { get; } = new();

    /// <summary>Set by the writer inside the transaction.</summary>
    public Dot LastDot { get; set; }
}
