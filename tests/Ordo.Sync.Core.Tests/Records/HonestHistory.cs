using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Core.Tests.Records;

/// <summary>
/// A random history of one record at two to four replicas that keep the rules, with the truth beside it: which versions
/// each has received, and which versions each version supersedes.
/// </summary>
internal sealed class HonestHistory
{
    private readonly Dictionary<Dot, HashSet<Dot>> _pasts = [];
    private readonly Dictionary<Dot, RecordVersion> _versions = [];
    private readonly HashSet<Dot>[] _received;
    private readonly List<Dot>[] _loaded;
    private readonly Random _random;

    public HonestHistory(int seed, SiblingPolicy policy)
    {
        _random = new Random(seed);
        int count = 2 + _random.Next(3);
        ReplicaTable table = ReplicaTable.Empty;
        for (int i = 0; i < count; i++)
        {
            // Ids in another order than indexes, as they are in life.
            table = table.With(new ReplicaId((UInt128)(100 - (i * 7 % 5))), out _);
        }

        Replicas = [.. Enumerable.Range(0, count).Select(_ => new HistoryReplica(policy, table))];
        _received = [.. Enumerable.Range(0, count).Select(_ => new HashSet<Dot>())];
        _loaded = [.. Enumerable.Range(0, count).Select(_ => new List<Dot>())];
    }

    public HistoryReplica[] Replicas { get; }

    /// <summary>
    /// All versions that a replica received and that none of them supersedes, in the order of siblings.
    /// </summary>
    public IEnumerable<RecordVersion> ExpectedAt(int replica)
    {
        HashSet<Dot> received = _received[replica];
        IEnumerable<Dot> current = received.Where(dot => !received.Any(other => _pasts[other].Contains(dot)));
        return SiblingOrder.Sort(current.Select(dot => _versions[dot]), Replicas[replica].Replicas);
    }

    /// <summary>The greatest of all versions that a replica received.</summary>
    public RecordVersion? GreatestAt(int replica) =>
        SiblingOrder.Sort(_received[replica].Select(dot => _versions[dot]), Replicas[replica].Replicas).LastOrDefault();

    /// <summary>
    /// Something happens: a write, by a form loaded now or long ago, or a transfer, whole or of this record only.
    /// </summary>
    public void Step()
    {
        int replica = _random.Next(Replicas.Length);
        switch (_random.Next(6))
        {
            case 0:
                _loaded[replica] = [.. Replicas[replica].Versions.Select(version => version.Dot)];
                break;
            case 1:
                Write(replica, _loaded[replica]);
                break;
            case 2:
                Write(replica, [.. Replicas[replica].Versions.Select(version => version.Dot)]);
                break;
            default:
                int sender = (replica + 1 + _random.Next(Replicas.Length - 1)) % Replicas.Length;
                Replicas[replica] = Replicas[replica].Join(Replicas[sender], asException: _random.Next(3) == 0);
                _received[replica].UnionWith(_received[sender]);
                break;
        }
    }

    private void Write(int replica, List<Dot> seen)
    {
        HistoryReplica state = Replicas[replica];
        var dot = new Dot(replica, state.Context.Knowledge[replica] + 1);
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(_random.Next(40));
        var version = new RecordVersion(
            dot, HybridLogicalClock.Tick(state.Clock, now), "", _random.Next(4) == 0 ? default : new byte[] { 0x80 });

        // Seen are the versions that the form showed and those that they had superseded.
        _pasts[dot] = [.. seen, .. seen.SelectMany(one => _pasts[one])];
        _versions[dot] = version;
        _received[replica].Add(dot);
        Replicas[replica] = state.Put(version, seen.ToHashSet());
        _loaded[replica] = [dot];
    }
}
