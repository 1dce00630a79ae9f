using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>The reference: every write that a device acknowledged, and what its editor had seen.</summary>
internal sealed class Truth
{
    private readonly List<TrueWrite> _writes = [];
    private readonly Dictionary<GlobalDot, TrueWrite> _byVersion = [];

    public IReadOnlyList<TrueWrite> Writes => _writes;

    public IEnumerable<IGrouping<(ConflictStrategy Strategy, string Key), TrueWrite>> Records =>
        _writes.GroupBy(write => (write.Strategy, write.Key));

    public void Add(TrueWrite write)
    {
        _writes.Add(write);
        _byVersion.Add(write.Version, write);
    }

    /// <summary>The writes of a record that no other takes the place of.</summary>
    public static List<TrueWrite> Standing(IEnumerable<TrueWrite> writes)
    {
        TrueWrite[] all = [.. writes];
        HashSet<GlobalDot> gone = [.. all.SelectMany(write => write.Superseded)];
        return [.. all.Where(write => !gone.Contains(write.Version))];
    }

    /// <summary>Whether the editor of a write had seen another, itself or in what others had made of it.</summary>
    public bool Knows(TrueWrite write, GlobalDot other)
    {
        var asked = new HashSet<GlobalDot>();
        var open = new Stack<GlobalDot>(write.Seen);
        while (open.TryPop(out GlobalDot next))
        {
            if (next == other)
            {
                return true;
            }

            if (asked.Add(next) && _byVersion.TryGetValue(next, out TrueWrite? before))
            {
                foreach (GlobalDot seen in before.Seen)
                {
                    open.Push(seen);
                }
            }
        }

        return false;
    }
}
