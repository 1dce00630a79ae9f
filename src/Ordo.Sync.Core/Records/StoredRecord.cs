using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>A record as a store holds it: V(o), the versions none of which supersedes another. Immutable.</summary>
/// <param name="Key">The record's name in its scope.</param>
/// <param name="Versions">V(o) in <see cref="SiblingOrder"/>, the greatest last; one version in steady state, never none.</param>
public sealed record StoredRecord(RecordKey Key, ImmutableArray<RecordVersion> Versions)
{
    /// <summary>The record's conflict-free state, joined when replicas meet; empty where it has no such fields.</summary>
    public ReadOnlyMemory<byte> ConflictFree { get; init; }

    /// <summary>
    /// The payload that a reader is shown, from which a store derives index columns; empty where the record counts as
    /// deleted. By default the greatest version's. Not stored itself.
    /// </summary>
    public ReadOnlyMemory<byte> Visible
    {
        get => IsVisibleSet ? field : GreatestContent?.Payload ?? default;
        init
        {
            field = value;
            IsVisibleSet = true;
        }
    }

    /// <summary>The greatest version by <see cref="SiblingOrder"/>.</summary>
    public RecordVersion Greatest => Versions[^1];

    /// <summary>
    /// The record without its carriers: what strategies look at. The record itself where it has none; <see langword="null"/>
    /// where it has nothing else, and so does not exist to a reader.
    /// </summary>
    public StoredRecord? Content
    {
        get
        {
            if (!HasCarriers)
            {
                return this;
            }

            ImmutableArray<RecordVersion> content = Versions.RemoveAll(static version => version.IsCarrier);
            return content.IsEmpty ? null : this with { Versions = content };
        }
    }

    /// <summary>The versions that stand for changes of the conflict-free state.</summary>
    public ImmutableArray<RecordVersion> Carriers =>
        HasCarriers ? Versions.RemoveAll(static version => !version.IsCarrier) : [];

    /// <summary>Whether a version stands for changes of the conflict-free state.</summary>
    public bool HasCarriers
    {
        get
        {
            foreach (RecordVersion version in Versions)
            {
                if (version.IsCarrier)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether versions stand beside each other of which none knew the other.</summary>
    public bool HasSiblings => Versions.Length > 1;

    /// <summary>The greatest version that is no carrier; <see langword="null"/> where there is none.</summary>
    internal RecordVersion? GreatestContent
    {
        get
        {
            for (int i = Versions.Length - 1; i >= 0; i--)
            {
                if (!Versions[i].IsCarrier)
                {
                    return Versions[i];
                }
            }

            return null;
        }
    }

    /// <summary>Whether contents stand beside each other of which none knew the other: carriers are no rivals of any.</summary>
    internal bool HasContentSiblings
    {
        get
        {
            if (Versions.Length == 1)
            {
                return false;
            }

            int contents = 0;
            foreach (RecordVersion version in Versions)
            {
                contents += version.IsCarrier ? 0 : 1;
            }

            return contents > 1;
        }
    }

    private bool IsVisibleSet { get; init; }

    /// <summary>Whether one of the versions has this dot.</summary>
    public bool Holds(Dot dot)
    {
        foreach (RecordVersion version in Versions)
        {
            if (version.Dot == dot)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bytes a page counts for this record: its names, payloads, annotations and conflict-free state.</summary>
    public int SizeBytes
    {
        get
        {
            int bytes = Key.SizeBytes + ConflictFree.Length;
            foreach (RecordVersion version in Versions)
            {
                bytes += version.Payload.Length + version.Annotations.Length + version.Author.Length + 32;
            }

            return bytes;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {string.Join(", ", Versions)}";
}
