using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// The conflict-free state of one record: a map from field paths to values, of every type. A value that is a whole record
/// stands at the empty path. Not thread-safe.
/// </summary>
/// <remarks>
/// It carries no causal context: the record's replica knows it (its knowledge, with the exceptions that cover the record), and
/// gives it to every join. Source: the delta-CRDT map of Almeida, Shoker, Baquero (2018) with one context for all entries.
/// </remarks>
public sealed partial class CrdtDocument
{
    private readonly Map _root;

    /// <summary>Makes an empty document.</summary>
    public CrdtDocument()
        : this(new Map())
    {
    }

    private CrdtDocument(Map root) => _root = root;

    /// <summary>All fields, for untyped access; its keys are strings.</summary>
    public Map Fields => _root;

    /// <summary>Whether there is nothing to keep, not even a removal.</summary>
    public bool IsEmpty => !_root.HasState;

    /// <summary>The counter at a path.</summary>
    public Counter Counter(string path) => _root.Counter(Scalar.Of(path));

    /// <summary>The flag at a path.</summary>
    public Flag Flag(string path) => _root.Flag(Scalar.Of(path));

    /// <summary>The register at a path.</summary>
    public Register Register(string path) => _root.Register(Scalar.Of(path));

    /// <summary>The set at a path.</summary>
    public Set Set(string path) => _root.Set(Scalar.Of(path));

    /// <summary>The map at a path.</summary>
    public Map Map(string path) => _root.Nested(Scalar.Of(path));

    /// <summary>The sequence at a path.</summary>
    public Sequence Sequence(string path) => _root.Sequence(Scalar.Of(path));

    /// <summary>The text at a path.</summary>
    public Text Text(string path) => _root.Text(Scalar.Of(path));

    /// <summary>Reads what <see cref="Encode"/> or <see cref="EncodeCanonical"/> wrote.</summary>
    /// <exception cref="CrdtFormatException">The bytes are malformed, of another version, or beyond the limits.</exception>
    public static CrdtDocument Decode(ReadOnlyMemory<byte> bytes, CrdtLimits? limits = null) =>
        new(Read(bytes, limits ?? CrdtLimits.Default, FormState));

    /// <summary>The joint state of two replicas; neither document changes.</summary>
    /// <param name="left">One state.</param>
    /// <param name="leftContext">What its replica knows.</param>
    /// <param name="right">The other state.</param>
    /// <param name="rightContext">What its replica knows.</param>
    public static CrdtDocument Join(
        CrdtDocument left, ICausalView leftContext, CrdtDocument right, ICausalView rightContext)
    {
        ArgumentNullException.ThrowIfNull(left);
        CrdtDocument joined = left.Clone();
        joined.Merge(leftContext, right, rightContext);
        return joined;
    }

    /// <summary>Joins another replica's state into this document; afterwards this replica knows what either knew.</summary>
    /// <param name="mine">What this document's replica knew before.</param>
    /// <param name="other">The other state; it does not change.</param>
    /// <param name="theirs">What its replica knows.</param>
    public void Merge(ICausalView mine, CrdtDocument other, ICausalView theirs)
    {
        ArgumentNullException.ThrowIfNull(mine);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(theirs);
        _root.Merge(mine, other._root, theirs, isDelta: false);
    }

    /// <summary>
    /// Joins what <see cref="EncodeDelta"/> wrote; <paramref name="mine"/> must claim all that the delta was made since.
    /// </summary>
    /// <param name="mine">What this document's replica knew before.</param>
    /// <param name="delta">The delta.</param>
    /// <param name="theirs">What the replica that made it knew.</param>
    /// <param name="limits">What is accepted; by default <see cref="CrdtLimits.Default"/>.</param>
    /// <exception cref="CrdtFormatException">
    /// The delta is malformed, or was made for a replica that knows more. Discard this document and ask for the whole state.
    /// </exception>
    public void Apply(ICausalView mine, ReadOnlyMemory<byte> delta, ICausalView theirs, CrdtLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(mine);
        ArgumentNullException.ThrowIfNull(theirs);
        _root.Merge(mine, Read(delta, limits ?? CrdtLimits.Default, FormDelta), theirs, isDelta: true);
    }

    /// <summary>
    /// Forgets the removals that <paramref name="stable"/> covers: those that every replica has seen. A delta can be made from
    /// then on only for replicas that know them, and only replicas that know them may send one here.
    /// </summary>
    public void Trim(ICausalView stable)
    {
        ArgumentNullException.ThrowIfNull(stable);
        _root.Trim(stable);
    }

    /// <summary>
    /// Forgets the removed elements that <paramref name="folded"/> covers and the removals that it covers: names that everybody else
    /// has forgotten.
    /// </summary>
    internal void TrimNamed(ICausalView folded) => _root.TrimNamed(folded);

    /// <summary>An independent copy.</summary>
    public CrdtDocument Clone() => new((Map)_root.Clone());

    /// <summary>The whole state as bytes.</summary>
    /// <param name="compress">Whether long texts are compressed, which is the default.</param>
    public byte[] Encode(bool compress = true) => Write(FormState, since: null, removals: true, compress);

    /// <summary>
    /// The state without removals and compression: a function of the live elements alone, so replicas that converged have
    /// equal bytes, whenever each of them trimmed. For digests, and for those who never made a delta.
    /// </summary>
    public byte[] EncodeCanonical() => Write(FormState, since: null, removals: false, compress: false);

    /// <summary>
    /// What a replica that knows <paramref name="since"/> needs to catch up. It must know all removals trimmed here. For a
    /// sequence the size follows what changed; other types name all their dots and leave out the values that are known.
    /// </summary>
    public byte[] EncodeDelta(ICausalView since)
    {
        ArgumentNullException.ThrowIfNull(since);
        return Write(FormDelta, since, removals: true, compress: true);
    }

    /// <summary>The whole state behind zeros that the caller fills.</summary>
    internal byte[] EncodeBehind(int roomBytes) =>
        Write(FormState, since: null, removals: true, compress: true, roomBytes);

    /// <summary>
    /// Whether there is a text or list with state in it. Where there is none, nothing is compressed and there are no removals:
    /// <see cref="Encode"/> and <see cref="EncodeCanonical"/> give the same bytes.
    /// </summary>
    internal bool HasSequence => _root.HasSequence;

    /// <summary>Whether a reader can see anything in it.</summary>
    internal bool IsPresent => _root.IsPresent;

    /// <summary>Removes every element that is here; what others add at the same time stays.</summary>
    internal void Clear(IDotSource dots) => _root.Clear(dots);

    /// <summary>The replicas that its elements, and the removals it remembers, are named by.</summary>
    internal IReadOnlyCollection<ReplicaId> ListReplicas()
    {
        var replicas = new HashSet<ReplicaId>();
        _root.CollectReplicas(replicas, removals: true);
        return replicas;
    }

    /// <summary>What the elements reach.</summary>
    internal DotSurvey Survey()
    {
        var survey = new DotSurvey();
        _root.Survey(survey);
        return survey;
    }

    /// <summary>What <see cref="Trim"/> would forget: whoever is told of it by a delta must know these.</summary>
    internal DotSurvey SurveyRemovals(ICausalView stable)
    {
        var survey = new DotSurvey();
        _root.SurveyRemovals(stable, survey);
        return survey;
    }

    /// <inheritdoc cref="CrdtValue.Rename"/>
    internal void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp) =>
        _root.Rename(dots, matches, timestamp);

    /// <inheritdoc cref="CrdtValue.Retract"/>
    internal void Retract(IDotSource dots, Func<GlobalDot, bool> matches) => _root.Retract(dots, matches);

    /// <inheritdoc cref="CrdtValue.Bury"/>
    internal void Bury(Func<GlobalDot, bool> matches) => _root.Bury(matches);

    /// <summary>
    /// A new document of copies of the elements that match, under fresh dots: what is left when all that was known beside
    /// them is dropped. Characters of a text stand one after another then, whatever stood between them.
    /// </summary>
    internal CrdtDocument CopyUnder(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        var copy = new CrdtDocument();
        copy._root.CopyFrom(dots, _root, matches, timestamp);
        return copy;
    }
}
