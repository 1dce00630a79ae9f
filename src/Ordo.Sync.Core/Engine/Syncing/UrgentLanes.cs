using Ordo.Sync.Engine.Replicas;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// Lanes that ask for their turn while a sync of less urgent ones is under way; each once, however often it asks. Thread-safe.
/// </summary>
internal sealed class UrgentLanes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private int? _priority;

    /// <summary>Begins to take what is more urgent than the lanes that a sync turns to now.</summary>
    public void Begin(int priority)
    {
        lock (_lock)
        {
            _priority = priority;
        }
    }

    /// <summary>Takes no more: the sync is over.</summary>
    public void End()
    {
        lock (_lock)
        {
            _priority = null;
            _waiting.Clear();
            _running.Clear();
        }
    }

    /// <summary>Lets a lane wait for its turn, where the sync under way is of less urgent ones.</summary>
    public void Add(Lane lane)
    {
        lock (_lock)
        {
            if (lane.Priority > _priority)
            {
                _waiting[lane.Name] = lane;
            }
        }
    }

    /// <summary>Takes the most urgent lane that is more urgent than a session and not under way already.</summary>
    public bool TryTake(int priority, out Lane lane)
    {
        lock (_lock)
        {
            lane = _waiting.Values
                .Where(waiting => waiting.Priority > priority && !_running.Contains(waiting.Name))
                .OrderByDescending(waiting => waiting.Priority)
                .ThenBy(waiting => waiting.Name, StringComparer.Ordinal)
                .FirstOrDefault();
            return lane.Name is not null && _waiting.Remove(lane.Name) && _running.Add(lane.Name);
        }
    }

    /// <summary>Notes that a lane had its turn.</summary>
    public void Done(Lane lane)
    {
        lock (_lock)
        {
            _running.Remove(lane.Name);
        }
    }
}
