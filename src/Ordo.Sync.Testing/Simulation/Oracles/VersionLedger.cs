using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// The reference: every version that any node wrote, and its causal past, learnt at the moment of its commit and never from what
/// replication made of it.
/// </summary>
internal sealed class VersionLedger
{
    private readonly Dictionary<GlobalDot, VersionFact> _byVersion = [];
    private readonly Dictionary<(string Scope, RecordKey Key), List<VersionFact>> _byRecord = [];
    private readonly Dictionary<(string Scope, ReplicaId Replica), SortedList<long, RecordKey>> _byReplica = [];
    private readonly Dictionary<GlobalDot, (VersionFact Fact, RecordKey Key)> _lost = [];

    /// <summary>What versions are called here that several stores named alike.</summary>
    public VersionNames Names { get; } = new();

    /// <summary>What forms had shown that were open for a while.</summary>
    public OpenForms Forms { get; } = new();

    /// <summary>Whether stores were put back or copied.</summary>
    public bool WasDisturbed => _lost.Count > 0 || Names.HasForks;

    public IEnumerable<KeyValuePair<(string Scope, RecordKey Key), List<VersionFact>>> Records => _byRecord;

    /// <summary>Refused writes that a person has let go, by their names in the store's inbox.</summary>
    public HashSet<(SimulatedNode Node, string Area, string Key)> LetGo { get; } = [];

    public VersionFact? Find(GlobalDot version) => _byVersion.GetValueOrDefault(version);

    /// <summary>All that was written of a record.</summary>
    public IReadOnlyList<VersionFact> Of(string scope, RecordKey key) => _byRecord.GetValueOrDefault((scope, key)) ?? [];

    /// <summary>The versions of a record that none took the place of.</summary>
    public IEnumerable<VersionFact> Standing(string scope, RecordKey key) =>
        Of(scope, key).Where(fact => fact.IsContent && fact.SupersededBy.Count == 0);

    /// <summary>What a node wrote in a scope that counts as content, and that no other node has.</summary>
    public IEnumerable<(RecordKey Key, VersionFact Fact)> UnspreadOf(SimulatedNode author, string scope) =>
        from record in _byRecord
        where record.Key.Scope == scope && !SystemCollections.Contains(record.Key.Key.Collection)
        from fact in record.Value
        where fact.Author == author && fact is { IsContent: true, IsSpread: false }
        select (record.Key.Key, fact);

    /// <summary>The versions of a scope that a replica wrote, with counters above the one and up to the other.</summary>
    public IEnumerable<(VersionFact Fact, RecordKey Key)> Between(string scope, ReplicaId replica, long above, long upTo)
    {
        if (!_byReplica.TryGetValue((scope, replica), out SortedList<long, RecordKey>? written))
        {
            yield break;
        }

        for (int at = FirstAbove(written.Keys, above); at < written.Count && written.Keys[at] <= upTo; at++)
        {
            yield return (_byVersion[new GlobalDot(replica, written.Keys[at])], written.Values[at]);
        }
    }

    /// <summary>
    /// A person opens a form. What it shows is named now: while it is open, the device may find out that another store speaks under its name,
    /// and what it had written as that one is called otherwise from then on.
    /// </summary>
    /// <param name="editor">The device.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="seen">What the form shows.</param>
    /// <returns>Its versions, for <see cref="NoteForm"/>.</returns>
    public ShownVersion[] OpenForm(SimulatedDevice editor, string scope, RecordBasis seen) =>
        [.. seen.Seen.Select(editor.Store.Replicas.Globalize).Select(dot => new ShownVersion(Names.Of(editor, scope, dot), dot))];

    /// <summary>A person is about to write what comes from a form that was opened before; see <see cref="OpenForms"/>.</summary>
    /// <param name="editor">The device.</param>
    /// <param name="shown">What the form showed.</param>
    /// <param name="mark">A text in what is written, and in nothing else.</param>
    public void NoteForm(SimulatedDevice editor, ShownVersion[] shown, string mark) => Forms.Note(editor, shown, mark);

    /// <summary>
    /// A node wrote a version. Of what its form had shown, the node vouches for what it still knows: who left the scope meanwhile and
    /// came back knows nothing of it, and its edit stands beside what comes back.
    /// </summary>
    public VersionFact Add(
        SimulatedNode author,
        string scope,
        RecordKey key,
        GlobalDot version,
        RecordVersion content,
        IReadOnlyCollection<GlobalDot> superseded,
        IReadOnlySet<GlobalDot> left,
        Func<ShownVersion, bool> isKnown)
    {
        ShownVersion[]? shown = SystemCollections.Contains(key.Collection) ? null : Forms.Take(author, content);
        var fact = new VersionFact(version, scope, content, author)
        {
            Spoken = Names.SpokenOf(version),
            Seen = shown?.Where(isKnown).Select(seen => seen.Name).ToArray(),
            Shown = shown?.Select(seen => seen.Name).ToArray() ?? [],
        };
        List(fact, key);
        IEnumerable<GlobalDot> refused = RefusedBy(content).Select(dot => Names.Of(author, scope, dot));
        foreach (GlobalDot before in (fact.Seen?.Except(left) ?? superseded).Concat(refused))
        {
            fact.Past.Add(before);
            if (_byVersion.TryGetValue(before, out VersionFact? known))
            {
                fact.Past.UnionWith(known.Past);
            }
        }

        foreach (GlobalDot before in fact.Past)
        {
            Find(before)?.SupersededBy.Add(fact);
        }

        return fact;
    }

    /// <summary>A node that dropped a scope wrote a version of its own again, over nothing.</summary>
    /// <param name="author">The node.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="key">The record.</param>
    /// <param name="version">Its new name.</param>
    /// <param name="content">What it is.</param>
    /// <param name="left">What stands beside it.</param>
    /// <param name="before">What it was before; <see langword="null"/> where nobody knows.</param>
    public void AddAgain(
        SimulatedNode author,
        string scope,
        RecordKey key,
        GlobalDot version,
        RecordVersion content,
        IReadOnlySet<GlobalDot> left,
        VersionFact? before)
    {
        VersionFact again = Add(author, scope, key, version, content, superseded: [], left, isKnown: _ => false);
        again.IsRestatement = true;
        again.PutAgainFrom = before?.Version;
        again.Shown = [.. again.Shown, .. before?.Shown ?? [], .. before?.Past ?? []];
    }

    /// <summary>What a node wrote in a scope, by record.</summary>
    public ILookup<RecordKey, VersionFact> ListOwn(SimulatedNode author, string scope) => _byRecord
        .Where(of => of.Key.Scope == scope)
        .SelectMany(of => of.Value, (of, fact) => (of.Key.Key, Fact: fact))
        .Where(own => own.Fact.Author == author)
        .ToLookup(own => own.Key, own => own.Fact);

    /// <summary>
    /// A version of last write wins that states another one anew, earlier, stands for what that one was preferred to as well, as long as
    /// nobody else has seen it: it was dropped for good before.
    /// </summary>
    public void Restate(VersionFact anew, IReadOnlySet<GlobalDot> left)
    {
        List<VersionFact> restated = [.. anew.Past.Select(Find).OfType<VersionFact>().Where(before => before.IsSameAs(anew))];
        if (!anew.IsRestatement || restated.Count == 0)
        {
            return;
        }

        foreach (VersionFact fact in _byRecord.Values.First(facts => facts.Contains(anew)))
        {
            if (fact != anew && fact.Author == anew.Author && !fact.IsSpread && !left.Contains(fact.Version)
                && restated.Exists(fact.IsBelow) && anew.Past.Add(fact.Version))
            {
                fact.SupersededBy.Add(anew);
            }
        }
    }

    /// <summary>An app was told that its write is on the disk: no power cut takes it back.</summary>
    public void Acknowledge(SimulatedNode author, string scope, GlobalDot version)
    {
        if (Find(Names.Of(author, scope, version)) is { } fact)
        {
            fact.IsAcknowledged = true;
        }
    }

    /// <summary>What a replica wrote last never happened: a power cut took it before anybody had it.</summary>
    /// <returns>A version among them that had been acknowledged, which must not be.</returns>
    public VersionFact? Forget(SimulatedNode author, ReplicaId replica, long above) => Forget(
        fact => !fact.IsDisowned && Names.ByNameAt(author, fact.Scope, fact.Version) is { } dot && dot.Replica == replica && dot.Counter > above);

    /// <summary>A node left a scope: what nobody else had of its writes is in its inbox, under whatever incarnation it wrote it.</summary>
    public void Forget(SimulatedNode author, string scope) => Forget(fact => fact.Author == author && fact.Scope == scope);

    /// <summary>
    /// The only store that knew versions was put back to before them: they are lost by that, and what they had taken the place of stands.
    /// Where a page of one turns up after all, it is there again.
    /// </summary>
    /// <returns>How many were lost.</returns>
    public int Lose(Func<VersionFact, bool> isLost)
    {
        VersionFact[] lost = [.. _byVersion.Values.Where(isLost)];
        foreach (VersionFact fact in lost)
        {
            _lost[fact.Version] = (fact, Remove(fact));
        }

        return lost.Length;
    }

    /// <summary>A node holds a version: one that was taken for lost is there after all.</summary>
    public void Regain(GlobalDot version, RecordVersion content)
    {
        if (!_lost.TryGetValue(version, out (VersionFact Fact, RecordKey Key) lost)
            || lost.Fact.Content.Timestamp != content.Timestamp || _byVersion.ContainsKey(version))
        {
            return;
        }

        _lost.Remove(version);
        List(lost.Fact, lost.Key);
        lost.Fact.SupersededBy.RemoveAll(other => !_byVersion.ContainsKey(other.Version));
        foreach (GlobalDot before in lost.Fact.Past)
        {
            Find(before)?.SupersededBy.Add(lost.Fact);
        }
    }

    /// <summary>Whether a version was written of this record at this time and, where that is asked for, says the same.</summary>
    public bool IsOf(GlobalDot version, string scope, RecordKey key, RecordVersion content, bool isExact) =>
        _byReplica.TryGetValue((scope, version.Replica), out SortedList<long, RecordKey>? written)
        && written.TryGetValue(version.Counter, out RecordKey ofKey) && ofKey == key
        && Find(version) is { } fact && fact.Content.Timestamp == content.Timestamp
        && (!isExact || fact.IsSameAs(content));

    /// <summary>A device was copied with these of its versions.</summary>
    public void NoteCopied(SimulatedNode original, NodeKnowledge copied)
    {
        foreach (((string _, RecordKey key), List<VersionFact> facts) in _byRecord)
        {
            foreach (VersionFact fact in facts.Where(fact => fact.Author == original))
            {
                fact.IsCopied |= copied.Knows(Names, fact, key);
            }
        }
    }

    /// <summary>Whether others than its author know a version changes where stores are put back.</summary>
    public void Respread(Func<VersionFact, bool> isSpread)
    {
        foreach (VersionFact fact in _byVersion.Values)
        {
            fact.IsSpread = isSpread(fact);
        }
    }

    private VersionFact? Forget(Func<VersionFact, bool> isGone)
    {
        VersionFact[] lost = [.. _byVersion.Values.Where(fact => !fact.IsSpread && isGone(fact))];
        foreach (VersionFact fact in lost)
        {
            Remove(fact);
        }

        return Array.Find(lost, fact => fact.IsAcknowledged);
    }

    private void List(VersionFact fact, RecordKey key)
    {
        _byVersion.Add(fact.Version, fact);
        if (!_byRecord.TryGetValue((fact.Scope, key), out List<VersionFact>? ofRecord))
        {
            _byRecord.Add((fact.Scope, key), ofRecord = []);
        }

        ofRecord.Add(fact);
        if (!_byReplica.TryGetValue((fact.Scope, fact.Version.Replica), out SortedList<long, RecordKey>? ofReplica))
        {
            _byReplica.Add((fact.Scope, fact.Version.Replica), ofReplica = []);
        }

        ofReplica.Add(fact.Version.Counter, key);
    }

    private RecordKey Remove(VersionFact fact)
    {
        _byVersion.Remove(fact.Version);
        _byReplica[(fact.Scope, fact.Version.Replica)].Remove(fact.Version.Counter, out RecordKey key);
        List<VersionFact> facts = _byRecord[(fact.Scope, key)];
        facts.Remove(fact);
        facts.ForEach(other => other.SupersededBy.Remove(fact));
        return key;
    }

    // What a hub refuses, it refuses in a version of its own, which names what it stands for.
    private static ImmutableArray<GlobalDot> RefusedBy(RecordVersion content) => content.Annotations.IsEmpty
        ? []
        : [.. VersionNotesCodec.Decode(content.Annotations).Rejected.Select(rejected => rejected.Version)];

    private static int FirstAbove(IList<long> counters, long above)
    {
        int low = 0;
        int high = counters.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = counters[middle] > above ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
