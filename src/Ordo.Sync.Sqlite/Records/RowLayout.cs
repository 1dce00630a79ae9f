using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// Where the versions of a record stand: one in its row, the one carrier beside it there, all others as further siblings.
/// </summary>
/// <remarks>
/// A carrier right behind its content (the next dot of the same replica, of the same write) takes two bits of the row: the row's
/// dot is the carrier's then, and who looks for either finds it by that. Any other stands apart, with a dot that is indexed.
/// </remarks>
internal readonly struct RowLayout
{
    /// <summary>What the column of the carrier's place says where there is none in the row; stored as NULL.</summary>
    public const int NoCarrier = -1;

    /// <summary>What it says of a carrier right behind its content, which is the greatest version then.</summary>
    public const int CarrierBehind = 0;

    /// <summary>What it says of a carrier that stands apart and is the least version; then one more for each version before it.</summary>
    public const int CarrierFirst = 1;

    private RowLayout(RecordVersion main, RecordVersion? carrier, int carried, ImmutableArray<RecordVersion> siblings)
    {
        Main = main;
        Carrier = carrier;
        Carried = carried;
        Siblings = siblings;
    }

    /// <summary>The version in the row: the greatest content where there is any.</summary>
    public RecordVersion Main { get; }

    /// <summary>The carrier in the row; <see langword="null"/> where there is none, or where there are several.</summary>
    public RecordVersion? Carrier { get; }

    /// <summary>Where <see cref="Carrier"/> stands among the versions.</summary>
    public int Carried { get; }

    /// <summary>Whether the carrier stands right behind <see cref="Main"/>.</summary>
    public bool IsBehind => Carried == CarrierBehind;

    /// <summary>The further siblings, in the order of versions.</summary>
    public ImmutableArray<RecordVersion> Siblings { get; }

    /// <summary>The dot by which the row is indexed.</summary>
    public Dot RowDot => IsBehind ? Carrier!.Dot : Main.Dot;

    /// <summary>The layout of a record.</summary>
    public static RowLayout Of(StoredRecord record)
    {
        ImmutableArray<RecordVersion> versions = record.Versions;
        if (versions.Length == 1)
        {
            return new RowLayout(versions[0], carrier: null, NoCarrier, []);
        }

        int content = -1;
        int carrier = -1;
        int carriers = 0;
        for (int i = 0; i < versions.Length; i++)
        {
            bool isCarrier = versions[i].IsCarrier;
            content = isCarrier ? content : i;
            carrier = isCarrier ? i : carrier;
            carriers += isCarrier ? 1 : 0;
        }

        if (carriers != 1 || content < 0)
        {
            return new RowLayout(versions[^1], carrier: null, NoCarrier, versions.RemoveAt(versions.Length - 1));
        }

        ImmutableArray<RecordVersion> siblings = versions.Length == 2
            ? []
            : versions.RemoveAt(Math.Max(content, carrier)).RemoveAt(Math.Min(content, carrier));
        bool isBehind = carrier == versions.Length - 1 && FollowsOn(versions[content], versions[carrier]);
        return new RowLayout(
            versions[content], versions[carrier], isBehind ? CarrierBehind : CarrierFirst + carrier, siblings);
    }

    /// <summary>The dot by whose index a version of the record is found.</summary>
    public Dot PlaceOf(RecordVersion version) => IsBehind && ReferenceEquals(version, Main) ? Carrier!.Dot : version.Dot;

    /// <summary>What a carrier's notes are stored as: nothing where they say no more than that it is one.</summary>
    public static ReadOnlySpan<byte> NotesOf(RecordVersion carrier) =>
        PlainCarrier.Is(carrier.Annotations.Span) ? default : carrier.Annotations.Span;

    /// <summary>A carrier as it was stored.</summary>
    public static RecordVersion MakeCarrier(Dot dot, HybridTimestamp timestamp, string author, byte[] notes) =>
        new(dot, timestamp, author, default, notes.Length == 0 ? PlainCarrier.Annotations : notes);

    private static bool FollowsOn(RecordVersion main, RecordVersion carrier) =>
        carrier.Dot.Value == main.Dot.Value + 1
        && carrier.Timestamp == main.Timestamp
        && string.Equals(carrier.Author, main.Author, StringComparison.Ordinal)
        && NotesOf(carrier).IsEmpty;
}
