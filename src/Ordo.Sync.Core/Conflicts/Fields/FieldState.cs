using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// One version of a record, or several merged, under per-field merge: of each leaf its value or removal with who wrote
/// it when,
/// the values that lost against concurrent edits, and which versions it reflects. Stamps are set when a field is
/// written; a
/// merge only compares them, so all replicas that merge the same versions see the same. Pure, immutable and
/// thread-safe.
/// </summary>
/// <remarks>
/// <para>Formally a product of two semilattices: a map from paths to the values not known to be overwritten, joined as
/// an
/// optimised OR-set under a causal context, and a set of lost values of which the newest so many stay. The greatest
/// stamp is
/// chosen when a state is shown, and what lost by then moves to the set of lost values with the next write, the only
/// operation that forgets anything.</para>
/// <para>Falsely kept as lost is a value that was overwritten knowingly only where the state cannot know: by a version
/// that came
/// without stamps; by one written without sight of all versions its replica held, after 64 more such writes of one
/// replica; by
/// one rewritten under a new dot (<see cref="Restamp"/>); or where somebody else meanwhile wrote on top of a merge in
/// which the value did lose.</para>
/// <para>Sources: Bieniusa et al., An Optimized Conflict-free Replicated Set (2012); Almeida et al., Dotted version
/// vectors
/// (2014).</para>
/// </remarks>
public sealed class FieldState
{
    private readonly ImmutableArray<FieldEntry> _entries;
    private readonly ImmutableArray<FieldEntry> _lost;
    private readonly KnownDots _known;
    private readonly int _lostMax;
    private FieldView? _view;

    internal FieldState(
        ImmutableArray<FieldEntry> entries, ImmutableArray<FieldEntry> lost, KnownDots known, int lostMax)
    {
        _entries = entries;
        _lost = lost;
        _known = known;
        _lostMax = lostMax;
    }

    /// <summary>
    /// The values that lost, newest first, at most as many as the operation that made this state was told to keep:
    /// those of
    /// earlier writes, and those that lose in this state.
    /// </summary>
    public ImmutableArray<LostValue> Lost
    {
        get
        {
            List<FieldEntry>? beaten = View.Beaten is { } found ? [.. found] : null;
            return [.. LostEntries.Add(_lost, beaten, _lostMax).Select(
                static entry => new LostValue(FieldKey.ToText(entry.Key.Span), entry.Value, entry.Stamp))];
        }
    }

    /// <summary>The values of all paths, by path and newest first.</summary>
    internal ImmutableArray<FieldEntry> Entries => _entries;

    /// <summary>The values that lost before, newest first.</summary>
    internal ImmutableArray<FieldEntry> Settled => _lost;

    internal KnownDots Known => _known;

    // Racing threads compute the same.
    internal FieldView View => _view ??= FieldView.Of(_entries);

    /// <summary>
    /// The state of a new version: a field whose encoded value differs from what the editor saw takes the new stamp,
    /// also a
    /// field that is gone; all others keep theirs. What lost in <paramref name="seen"/> is kept as lost.
    /// </summary>
    /// <param name="seen">The join of the versions that the editor saw; <see langword="null"/> where there was
    /// none.</param>
    /// <param name="payload">The whole new payload; empty for a delete. Must not be changed afterwards.</param>
    /// <param name="stamp">The new version's identity, time and author; greater than all stamps in
    /// <paramref name="seen"/>.</param>
    /// <param name="lostMax">How many lost values are kept, 0 to 4,096; more counts as 4,096.</param>
    /// <param name="sawAll">
    /// Whether <paramref name="seen"/> is all that the writing store holds of the record, so that no sibling stays
    /// beside the
    /// new version. Then what the state knows takes a few bytes a replica and is exact. The default value is
    /// <see langword="false"/>, which is always safe.
    /// </param>
    /// <exception cref="MessagePack.MessagePackSerializationException">
    /// The payload is no MessagePack map with string keys, or has more than 10,000 leaves.
    /// </exception>
    public static FieldState Write(
        FieldState? seen, ReadOnlyMemory<byte> payload, FieldStamp stamp, int lostMax, bool sawAll = false)
    {
        lostMax = CheckLostMax(lostMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stamp.Counter);
        FieldEntry[] leaves = LeafReader.Read(payload, stamp);
        if (seen is null)
        {
            // No claim about earlier versions: then the state needs no annotation, and the next write makes the claim.
            return new FieldState(
                ImmutableCollectionsMarshal.AsImmutableArray(leaves), [], KnownDots.None.With(stamp), lostMax);
        }

        KnownDots known = seen._known.With(stamp);
        known = sawAll ? known.WithoutGaps() : known;
        ImmutableArray<FieldEntry> entries = FieldDiff.Apply(seen, leaves, stamp);
        List<FieldEntry>? beaten = seen.View.Beaten is { } found ? [.. found] : null;
        return new FieldState(
            entries, LostEntries.Add(seen._lost, beaten, lostMax), known.Bounded(entries), lostMax);
    }

    /// <summary>
    /// Both states as one, the same on every replica: commutative, associative and idempotent. A value that either
    /// side knows
    /// and no longer holds is gone; of those that remain at a path, the greatest stamp is shown and the others have
    /// lost.
    /// </summary>
    /// <param name="left">One state.</param>
    /// <param name="right">The other.</param>
    /// <param name="lostMax">How many lost values are kept, 0 to 4,096; more counts as 4,096. The same on all
    /// replicas.</param>
    public static FieldState Join(FieldState left, FieldState right, int lostMax)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        lostMax = CheckLostMax(lostMax);
        return ReferenceEquals(left, right) && left._lostMax == lostMax
            ? left
            : new FieldState(
                FieldJoin.Apply(left, right),
                LostEntries.Join(left._lost, right._lost, lostMax),
                left._known.Join(right._known),
                lostMax);
    }

    /// <summary>
    /// Reads what <see cref="Encode"/> wrote beside a payload. The state keeps slices of both.
    /// </summary>
    /// <param name="payload">The version's payload; empty for a tombstone.</param>
    /// <param name="encoded">
    /// The annotation; empty where the version's writer knew nothing of stamps: then all fields are its own.
    /// </param>
    /// <param name="fallback">The version's own stamp: no stamp in it may be later.</param>
    /// <exception cref="MessagePack.MessagePackSerializationException">
    /// Payload or annotation are malformed, exceed a limit, or do not belong together.
    /// </exception>
    public static FieldState Decode(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> encoded, FieldStamp fallback) =>
        FieldStateDecoder.Decode(payload, encoded, fallback);

    /// <summary>
    /// The payload that readers see: nested maps rebuilt, fields in the order of their UTF-8 names; empty where every
    /// field is
    /// removed, which is a deleted record.
    /// </summary>
    public ReadOnlyMemory<byte> ToPayload() => PayloadWriter.Write(View.Shown.AsSpan());

    /// <summary>What goes into a version's annotations beside <see cref="ToPayload"/>: all but the values
    /// shown.</summary>
    /// <param name="own">
    /// The version's own stamp, to be given to <see cref="Decode"/> again: what is its is then not spelt out, and the
    /// state of a version that wrote every field and knows no other encodes as nothing.
    /// <see langword="null"/> (the default) spells everything out.
    /// </param>
    public ReadOnlyMemory<byte> Encode(FieldStamp? own = null) => FieldStateEncoder.Encode(this, own);

    /// <summary>
    /// The state of the same content written anew under a new dot. Stamps equal to <paramref name="old"/> become
    /// <paramref name="replacement"/>; later ones are clamped to it. Nothing is claimed about other versions of the
    /// old stamp's
    /// replica any more: a store that was copied may have issued the same dots twice.
    /// </summary>
    public FieldState Restamp(FieldStamp old, FieldStamp replacement) =>
        FieldRestamp.Apply(this, _lostMax, old, replacement);

    private static int CheckLostMax(int lostMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lostMax);
        return Math.Min(lostMax, FieldLimits.LostMax);
    }
}
