using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>A page with its vectors in the receiver's replica indexes.</summary>
internal sealed class TranslatedPage
{
    private readonly PageReader _reader;
    private readonly int[] _localIndexes;
    private readonly HashSet<int>? _allowed;

    private TranslatedPage(PageReader reader, int[] localIndexes, HashSet<int>? allowed, ReplicaTable replicas)
    {
        _reader = reader;
        _localIndexes = localIndexes;
        _allowed = allowed;
        MayBringOf = allowed is null ? null : allowed.Contains;
        Base = reader.Header.Base.ToLocal(replicas);
        Knowledge = reader.Header.Knowledge.ToLocal(replicas);
        Forgotten = reader.Header.Forgotten.ToLocal(replicas);
        BuildsOnStrangers = NamesStrangers(reader.Header.Base, replicas);
        ForgotStrangers = NamesStrangers(reader.Header.Forgotten, replicas);
    }

    public PageHeader Header => _reader.Header;

    public int RecordCount => _reader.RecordCount;

    public VersionVector Base { get; }

    public VersionVector Knowledge { get; }

    public VersionVector Forgotten { get; }

    /// <summary>Whether the page builds on versions of replicas that were never met here.</summary>
    public bool BuildsOnStrangers { get; }

    /// <summary>Whether the sender forgot deletes of replicas that were never met here.</summary>
    public bool ForgotStrangers { get; }

    /// <summary>Whether the sender may bring versions of some replicas only.</summary>
    public bool IsRestricted => _allowed is not null;

    public static async ValueTask<TranslatedPage> OpenAsync(
        IStoreTransaction transaction, PageReader reader, ApplyRules rules, CancellationToken cancellationToken)
    {
        var indexes = new int[reader.Replicas.Length];
        HashSet<int>? allowed = rules.MayBring is null ? null : [];
        for (int i = 0; i < indexes.Length; i++)
        {
            ReplicaId replica = reader.Replicas[i];
            bool mayBring = rules.MayBring?.Invoke(replica) != false;

            // A store numbers a limited count of replicas: ids that a caller merely names must not use them up.
            indexes[i] = mayBring
                ? await transaction.InternAsync(replica, cancellationToken).ConfigureAwait(false)
                : transaction.Replicas.IndexOf(replica);
            if (mayBring)
            {
                allowed?.Add(indexes[i]);
            }
        }

        return new TranslatedPage(reader, indexes, allowed, transaction.Replicas);
    }

    /// <summary>Whether the sender may bring a version that is new here.</summary>
    public bool MayBring(Dot dot) => _allowed is null || _allowed.Contains(dot.ReplicaIndex);

    /// <summary>By local index, whose new versions the sender may bring; <see langword="null"/> for all.</summary>
    public Func<int, bool>? MayBringOf { get; }

    /// <summary>What the page knows of the replicas that its sender may bring versions of.</summary>
    public VersionVector Vouched
    {
        get
        {
            VersionVector vouched = VersionVector.Empty;
            foreach (Dot dot in Knowledge.Entries)
            {
                vouched = MayBring(dot) ? vouched.With(dot) : vouched;
            }

            return vouched;
        }
    }

    /// <summary>The page's knowledge without what the sender may not vouch for, and what is known here of the rest.</summary>
    public VersionVector Learnable(VersionVector known)
    {
        if (_allowed is null)
        {
            return Knowledge;
        }

        VersionVector learnable = known.Minimum(Knowledge);
        foreach (Dot dot in Knowledge.Entries)
        {
            if (_allowed.Contains(dot.ReplicaIndex))
            {
                learnable = learnable.With(dot);
            }
        }

        return learnable;
    }

    /// <summary>
    /// What was forgotten, without what the sender may not vouch for: of others nothing is learnt and nothing removed unseen, so
    /// nobody has to look for an absence of theirs.
    /// </summary>
    public VersionVector LearnableForgotten(VersionVector known)
    {
        if (!IsRestricted)
        {
            return Forgotten.Minimum(known);
        }

        VersionVector learnable = VersionVector.Empty;
        foreach (Dot dot in Forgotten.Entries)
        {
            if (MayBring(dot))
            {
                learnable = learnable.With(dot);
            }
        }

        return learnable.Minimum(known);
    }

    public bool TryRead(out RemoteRecord? record) => _reader.TryRead(_localIndexes, Knowledge, out record);

    private static bool NamesStrangers(GlobalVector vector, ReplicaTable replicas) =>
        vector.Entries.Any(dot => replicas.IndexOf(dot.Replica) < 0);
}
