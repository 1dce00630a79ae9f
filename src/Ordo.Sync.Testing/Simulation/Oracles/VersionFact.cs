using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>A version that a node wrote, as it truly was: what it took the place of, and what its whole past is.</summary>
internal sealed class VersionFact(GlobalDot version, string scope, RecordVersion content, SimulatedNode author)
{
    public GlobalDot Version => version;

    /// <summary>What all nodes call it: <see cref="Version"/>, but for what was written as a replica that several stores spoke as.</summary>
    public required GlobalDot Spoken { get; init; }

    public string Scope => scope;

    public RecordVersion Content => content;

    /// <summary>The node that wrote it.</summary>
    public SimulatedNode Author => author;

    /// <summary>
    /// What its editor had seen, where it was written from a form opened before; <see langword="null"/> where it is of what stood there.
    /// </summary>
    public IReadOnlyList<GlobalDot>? Seen { get; init; }

    /// <summary>
    /// What its form had shown, also where the device knows nothing of it any more because it left the scope meanwhile: no conflict to
    /// whoever wrote it.
    /// </summary>
    public IReadOnlyList<GlobalDot> Shown { get; set; } = [];

    /// <summary>
    /// What it says once more, in a scope that its author had to start anew: that one knows nothing of it any more, and edits of this are
    /// edits of that one's content.
    /// </summary>
    public GlobalDot? PutAgainFrom { get; set; }

    /// <summary>The versions of the record that it took the place of, and all that those had.</summary>
    public HashSet<GlobalDot> Past { get; } = [];

    /// <summary>The versions that took its place, and those that took theirs.</summary>
    public List<VersionFact> SupersededBy { get; } = [];

    /// <summary>Whether any other node has it: then no power cut can make it unhappened.</summary>
    public bool IsSpread { get; set; }

    /// <summary>Whether a copy of its author's store was made that had it: no message brought it there.</summary>
    public bool IsCopied { get; set; }

    /// <summary>Whether another node has held it itself, and not only known of it by what took its place.</summary>
    public bool IsSeen { get; set; }

    /// <summary>Whether its app was told that it is on the disk.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Whether a hub took it: others take it from that one without asking again.</summary>
    public bool IsTaken { get; set; }

    /// <summary>
    /// Whether its author found out late that another store speaks under its name, and stated anew what it was not sure to have told others.
    /// It cannot claim what it had written as that one: the version may come back beside what took its place.
    /// </summary>
    public bool IsDisowned { get; set; }

    /// <summary>
    /// Whether a hub that knew it was put back to before: that hub is like another one to all devices then, which bring it their own
    /// versions again, but not their word for what other devices' versions they took the place of.
    /// </summary>
    public bool IsUnlearned { get; set; }

    /// <summary>
    /// Whether a hub may keep it beside what took its place: a hub that was put back is brought that by its author, beside a version of
    /// another device that it does not take from that one. What of the two took the place of others' versions it cannot tell, so those
    /// stay until the other comes.
    /// </summary>
    public bool MayStay { get; set; }

    /// <summary>Whether it is a delete that some node has forgotten, since all who count know of it: others may hold it still.</summary>
    public bool IsCollected { get; set; }

    /// <summary>Whether it counts as content: what the oracles follow one by one.</summary>
    public bool IsContent => content.Kind == VersionKind.Content;

    /// <summary>Whether last write wins prefers another version to this one.</summary>
    public bool IsBelow(VersionFact other) =>
        (content.Timestamp, Spoken).CompareTo((other.Content.Timestamp, other.Spoken)) < 0;

    /// <summary>Whether the engine wrote it by itself, to say again what somebody had written.</summary>
    public bool IsRestatement { get; set; }

    /// <summary>
    /// Whether it may stand beside a version that took its place. Its author may have disowned it, and its successors cannot claim it.
    /// A hub was put back, or a device came from another hub with the successor: a hub does not take a device's word about the versions of
    /// others, nor of what the device wrote itself before that hub made it take another incarnation.
    /// </summary>
    public bool MayStandBeside(VersionFact successor) => MayStayBeside(successor)
        || (successor.Author != author && successor.Author is SimulatedDevice { HasMoved: true });

    /// <summary>
    /// Whether it may still stand there when the world has settled. Versions of others, a device that moved has told once more by then; what
    /// else came back stays until somebody edits.
    /// </summary>
    public bool MayStayBeside(VersionFact successor) => IsDisowned
        || (successor.Author != author && IsUnlearned)
        || (successor.Author == author && successor.Version.Replica != version.Replica && author is SimulatedDevice { HasMoved: true });

    /// <summary>
    /// Whether a node that knows a version that took its place, but not this one, may take it in all the same: a hub where the two may stand
    /// beside each other, and any node where its author has disowned it or a hub has unlearned it. What a node learns with the successor is
    /// the claim of whoever gave it that, and the author, or that hub, does not claim this one: by the merge rule it comes in when it turns up.
    /// </summary>
    public bool MayReturnTo(SimulatedNode node, VersionFact successor) =>
        MayStandBeside(successor) && (node is SimulatedHub || IsDisowned || (IsUnlearned && successor.Author != author));

    /// <summary>
    /// Whether a hub may know it before it has what another device put in its place: a device that came from another hub vouches for all that
    /// it wrote itself, also for what somebody else has edited since, or beaten where last write wins.
    /// </summary>
    public bool MayRunAheadAt(SimulatedNode node) => node is SimulatedHub && author is SimulatedDevice { HasMoved: true }
        && (SupersededBy.Exists(successor => successor.Author != author) || IsBeaten);

    /// <summary>Whether last write wins has dropped it somewhere for one that it preferred.</summary>
    public bool IsBeaten { get; set; }

    /// <summary>
    /// Whether this says once more what another version says, at the same time and under a new incarnation of its author, which cannot claim
    /// what the earlier one wrote: both stand where the earlier one had travelled, which is no conflict to a person.
    /// </summary>
    public bool IsRestampOf(VersionFact other) =>
        IsRestatement && author.Principal == other.Author.Principal && version.Replica != other.Version.Replica
        && content.Timestamp == other.Content.Timestamp && IsSameAs(other);

    public override string ToString() =>
        $"{author.Name}:{version.Counter}@{content.Timestamp}{(content.IsTombstone ? " deleted" : string.Empty)}";

    /// <summary>Whether both say the same of the same origin: one states the other anew.</summary>
    public bool IsSameAs(VersionFact other) => IsSameAs(other.Content);

    /// <inheritdoc cref="IsSameAs(VersionFact)"/>
    public bool IsSameAs(RecordVersion other) => AreSame(content, other);

    /// <inheritdoc cref="IsSameAs(VersionFact)"/>
    public static bool AreSame(RecordVersion one, RecordVersion other) =>
        one.Kind == other.Kind
        && one.Author == other.Author
        && one.Payload.Span.SequenceEqual(other.Payload.Span)
        && ParentsOf(one).SequenceEqual(ParentsOf(other));

    private static ImmutableArray<ContentHash> ParentsOf(RecordVersion version) =>
        VersionNotes.Decode(version.Annotations).Lineage?.Parents ?? [];
}
