using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>
/// What a strategy does: pure functions of the sorted siblings, the same on every replica, so that nobody has to write
/// anything for all to agree. Thread-safe.
/// </summary>
public abstract class StrategyBehavior
{
    // A conflicted record is looked at several times while it is merged: for its indexes, its outcome, its watchers.
    private const int RememberedBytesMax = 64 * 1024;

    private RememberedView? _last;

    /// <summary>Whether a record in conflict refuses reads and ordinary writes.</summary>
    public virtual bool RefusesConflicted => false;

    /// <summary>Whether an edit that supersedes versions which disagree must be somebody's decision.</summary>
    public virtual bool RequiresDecision => false;

    /// <summary>
    /// What a reader sees of a record: the view of its content, whatever carriers of conflict-free changes stand beside it.
    /// Where nothing else stands, the record is not there.
    /// </summary>
    public RecordView View(string scope, StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (!record.HasSiblings)
        {
            return Look(scope, record);
        }

        if (_last is { } last && last.IsOf(scope, record))
        {
            return last.View;
        }

        RecordView view = Look(scope, record);
        if (IsLasting(view) && record.SizeBytes <= RememberedBytesMax)
        {
            _last = new RememberedView(scope, record.Key, record.Versions, view);
        }

        return view;
    }

    /// <summary>What a reader sees of a record that has no carriers.</summary>
    protected abstract RecordView ViewContent(string scope, StoredRecord record);

    /// <summary>Whether a record waits for a person.</summary>
    public bool NeedsPerson(string scope, StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.HasContentSiblings && View(scope, record).State != RecordState.Current;
    }

    /// <summary>The versions that may disagree for a person, in the order in which they are shown; by default all.</summary>
    public virtual ImmutableArray<RecordVersion> SidesOf(string scope, StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Versions;
    }

    /// <summary>Of the versions that an editor saw, those that the edit supersedes; by default all.</summary>
    public virtual ImmutableArray<RecordVersion> Superseded(string scope, StoredRecord seen, bool isDecision)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return seen.Versions;
    }

    /// <summary>Makes the version that an edit writes; by default it keeps the payload alone.</summary>
    public virtual RecordVersion Write(in VersionDraft draft) =>
        new(draft.Stamp.Dot, draft.Stamp.Timestamp, draft.Stamp.Author, draft.Payload);

    /// <summary>The same content under a new identity, where the old one cannot stand.</summary>
    /// <param name="version">The version.</param>
    /// <param name="old">The identity it has.</param>
    /// <param name="stamp">The one it is given.</param>
    public virtual RecordVersion Restate(RecordVersion version, GlobalDot old, WriteStamp stamp)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.Restamp(stamp.Dot, stamp.Timestamp);
    }

    /// <summary>Of the versions that a write superseded, those that belong into the audit history; by default none.</summary>
    public virtual ImmutableArray<RecordVersion> Audited(ImmutableArray<RecordVersion> superseded) => [];

    /// <summary>Throws where what the strategy keeps with a version from outside is malformed.</summary>
    /// <exception cref="MessagePack.MessagePackSerializationException">It is malformed, or contradicts the version.</exception>
    public virtual void Validate(RecordVersion version)
    {
    }

    /// <summary>Whether the same versions would be viewed so again: what waits for time or luck would not.</summary>
    private protected virtual bool IsLasting(RecordView view) => true;

    private RecordView Look(string scope, StoredRecord record) => record.Content is { } content
        ? ViewContent(scope, content)
        : new RecordView(RecordState.Current, default, record.Greatest);
}
