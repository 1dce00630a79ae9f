using Ordo.Sync.Errors;
using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Testing.Simulation.Network;

/// <summary>What lies between the nodes of a world: who can reach whom, how long messages take, which get lost.</summary>
internal sealed class SimulatedNetwork(SimulationLoop loop, SimulationRandom random, SimulationStatistics statistics)
{
    private static readonly TimeSpan LateMax = TimeSpan.FromMinutes(1);

    private readonly HashSet<(SimulatedNode, SimulatedNode)> _cuts = [];

    public NetworkConditions Conditions { get; set; } = NetworkConditions.Calm;

    public SimulationStatistics Statistics => statistics;

    public void Cut(SimulatedNode one, SimulatedNode other)
    {
        _cuts.Add((one, other));
        _cuts.Add((other, one));
        statistics.PartitionCount++;
    }

    public void Heal(SimulatedNode one, SimulatedNode other)
    {
        _cuts.Remove((one, other));
        _cuts.Remove((other, one));
    }

    public void HealAll() => _cuts.Clear();

    /// <summary>Carries a request there and its answer back, or loses one of them.</summary>
    public async Task<T> CarryAsync<T>(
        SimulatedNode from, SimulatedNode to, Func<Task<T>> deliver, CancellationToken cancellationToken)
    {
        loop.RequireThread();
        long life = from.Life;
        statistics.MessageCount++;
        await TravelAsync().ConfigureAwait(false);
        await from.RequireLifeAsync(life).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        RequireWay(from, to, Conditions.RequestLoss, "The request is lost.");
        if (random.Chance(Conditions.Duplication))
        {
            DeliverAgain(deliver);
        }

        T answer = await AnswerAsync(to, deliver()).ConfigureAwait(false);
        await TravelAsync().ConfigureAwait(false);
        await from.RequireLifeAsync(life).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        RequireWay(from, to, Conditions.AnswerLoss, "The answer is cut off.");
        return answer;
    }

    // A peer that dies while it works never answers: its caller gives up.
    private async Task<T> AnswerAsync<T>(SimulatedNode to, Task<T> answer)
    {
        if (!answer.IsCompleted)
        {
            var timeout = new TaskCompletionSource();
            using SimulatedTimer timer = loop.After(Conditions.AnswerTimeout, timeout.SetResult);
            if (await Task.WhenAny(answer, timeout.Task).ConfigureAwait(false) == timeout.Task)
            {
                Forget(answer);
                throw new SyncException(SyncErrorCode.Timeout, $"{to.Name} does not answer.");
            }
        }

        return await answer.ConfigureAwait(false);
    }

    private Task TravelAsync()
    {
        double share = random.NextDouble();
        return loop.DelayAsync(Conditions.LatencyMin + ((Conditions.LatencyMax - Conditions.LatencyMin) * share * share));
    }

    private void RequireWay(SimulatedNode from, SimulatedNode to, double loss, string what)
    {
        if (!to.IsOpen || _cuts.Contains((from, to)))
        {
            throw new SyncException(SyncErrorCode.Unreachable, $"{from.Name} cannot reach {to.Name}.");
        }

        if (random.Chance(loss))
        {
            statistics.LossCount++;
            throw new SyncException(SyncErrorCode.Unreachable, what);
        }
    }

    private void DeliverAgain<T>(Func<Task<T>> deliver)
    {
        statistics.DuplicateCount++;
        loop.After(LateMax * random.NextDouble(), () => Forget(deliver()));
    }

    // Nobody waits for the answer. That the peer refuses an old message is as good as that it takes it.
    private static void Forget(Task task) => _ = task.ContinueWith(
        static done => _ = done.Exception,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);
}
