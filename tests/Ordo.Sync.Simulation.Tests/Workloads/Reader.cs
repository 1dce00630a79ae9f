using System.Globalization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Records;
using Ordo.Sync.Testing.Simulation;
using Ordo.Sync.Testing.Simulation.Oracles;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>People who look at records and conflicts at a device again and again: what they see never goes back.</summary>
internal sealed class Reader(SimulatedWorld world, int keys)
{
    private readonly Dictionary<SimulatedDevice, ReadingSession> _sessions = [];
    private readonly HashSet<ReadingSession> _busy = [];

    /// <summary>Looks at everything once, in the session of this life of the device; one look at a time.</summary>
    public async Task ReadAsync(SimulatedDevice device, bool isNewer)
    {
        if (!_sessions.TryGetValue(device, out ReadingSession? session) || session.IsOver)
        {
            _sessions[device] = session = world.Read(device);
        }

        if (!_busy.Add(session))
        {
            return;
        }

        foreach (string scope in Campus.Scopes)
        {
            foreach (ConflictStrategy strategy in Campus.Strategies)
            {
                await (isNewer && strategy != ConflictStrategy.Custom
                    ? ReadAsync<NewerNote>(device, session, scope, strategy)
                    : ReadAsync<Note>(device, session, scope, strategy));
            }
        }

        _busy.Remove(session);
    }

    private async Task ReadAsync<T>(SimulatedDevice device, ReadingSession session, string scope, ConflictStrategy strategy)
        where T : class
    {
        string collection = Campus.CollectionOf(strategy);
        ISyncCollection<T> notes = device.Engine.Scope(scope).Collection<T>(collection);
        for (int i = 0; i < keys; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"k{i}");
            try
            {
                if (await notes.GetAsync(key) is { } record)
                {
                    session.See(scope, new RecordKey(collection, key), record.Version);
                }
            }
            catch (ManualResolutionRequiredException exception)
            {
                session.See(scope, new RecordKey(collection, key), exception.Siblings.Select(sibling => sibling.Version));
            }
        }

        await foreach (Conflict conflict in device.Engine.Conflicts.ListAsync(scope, collection))
        {
            if (conflict.Kind == ConflictKind.Siblings)
            {
                session.See(scope, new RecordKey(collection, conflict.Key), conflict.Siblings.Select(sibling => sibling.Version));
            }
        }
    }
}
