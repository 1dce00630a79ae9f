using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>
/// Two to five replicas of one record that edit and sync in any order, each asking its own resolver whenever something
/// changes: whenever two hold the same versions, both must show the same.
/// </summary>
internal sealed class TopologySimulation(
    Func<IConflictResolver> create,
    IPayloadSerializer serializer,
    string scope,
    string collection,
    SiblingGenerator generator,
    int seed)
{
    private const long Begin = 1_767_225_600_000;
    private const int StepsMax = 30;

    private readonly Dictionary<string, (ReadOnlyMemory<byte> Shown, int Replica)> _shown = new(StringComparer.Ordinal);
    private readonly JsonArray _steps = [];

    /// <summary>Runs to the end, where everybody has synced with everybody.</summary>
    public void Run()
    {
        Random random = generator.Random;
        SimulatedReplica[] replicas =
            [.. Enumerable.Range(0, random.Next(2, 6)).Select(number => new SimulatedReplica(number, create()))];
        int steps = random.Next(2, StepsMax);
        for (int counter = 1; counter <= steps; counter++)
        {
            SimulatedReplica replica = replicas[random.Next(replicas.Length)];
            if (random.Next(2) == 0)
            {
                Write(replica, counter);
            }
            else
            {
                Pull(replica, replicas[random.Next(replicas.Length)]);
            }
        }

        Settle(replicas);

        // An edit on top of what the resolver showed ends the conflict everywhere.
        Write(replicas[^1], steps + 1);
        Settle(replicas);
        foreach (SimulatedReplica replica in replicas)
        {
            if (replica.Siblings.Length != 1)
            {
                throw new InvalidOperationException("The simulation itself is wrong: an edit left others standing.");
            }
        }
    }

    private void Settle(SimulatedReplica[] replicas)
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (SimulatedReplica replica in replicas)
            {
                foreach (SimulatedReplica other in replicas)
                {
                    Pull(replica, other);
                }
            }
        }
    }

    // Mostly a value of its own, sometimes what is shown, as an app saves a form that nobody changed.
    private void Write(SimulatedReplica replica, int counter)
    {
        Random random = generator.Random;
        ReadOnlyMemory<byte> payload = replica.Siblings.Length > 0 && random.Next(4) == 0
            ? Show(replica)
            : generator.Payload();
        long time = Math.Max(replica.Time + 1, Begin + random.Next(100_000));
        replica.Write(new SimulatedVersion(replica.Number, counter, time, generator.Author(), payload));
        Log($"replica {replica.Number} writes {counter}", CounterExample.Show(payload));
        Show(replica);
    }

    private void Pull(SimulatedReplica replica, SimulatedReplica other)
    {
        if (replica == other)
        {
            return;
        }

        replica.Pull(other);
        if (replica.Siblings.Length > 0)
        {
            Log(string.Create(CultureInfo.InvariantCulture, $"replica {replica.Number} pulls from {other.Number}"), value: null);
            Show(replica);
        }
    }

    private ReadOnlyMemory<byte> Show(SimulatedReplica replica)
    {
        ImmutableArray<SimulatedVersion> siblings = replica.Siblings;
        if (siblings.Length == 1)
        {
            return siblings[0].Content.Payload;
        }

        ReadOnlyMemory<byte> shown;
        try
        {
            shown = ResolverRun.Run(
                replica.Resolver, scope, collection, siblings.Select(version => version.Content), serializer);
        }
        catch (NoAnswerException exception)
        {
            throw new ResolverLawException(
                ResolverLaw.AlwaysAnswers,
                exception.Message,
                seed,
                CounterExample.Of(siblings.Select(version => version.Content), ("steps", _steps)),
                exception.InnerException);
        }

        string name = string.Join(' ', siblings.Select(version => $"{version.Replica}:{version.Counter}"));
        if (!_shown.TryAdd(name, (shown, replica.Number)) && !_shown[name].Shown.Span.SequenceEqual(shown.Span))
        {
            throw new ResolverLawException(
                ResolverLaw.Converges,
                $"Replicas {_shown[name].Replica} and {replica.Number} hold the same versions and show different values: does the "
                + "resolver remember something?",
                seed,
                CounterExample.Of(
                    siblings.Select(version => version.Content),
                    ("first", CounterExample.Show(_shown[name].Shown)),
                    ("second", CounterExample.Show(shown)),
                    ("steps", _steps)));
        }

        return shown;
    }

    private void Log(string what, JsonNode? value) => _steps.Add(
        value is null ? JsonValue.Create(what) : new JsonObject { [what] = value });
}
