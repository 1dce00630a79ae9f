using FsCheck.Xunit;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>
/// What a counter keeps of replicas that are gone, what takes it away, and why no replica may take it away by itself: the cases that
/// docs/internals/conflict-free-types.md argues from.
/// </summary>
public sealed class RetiredCounterTests
{
    private const string Path = "counter";

    [Property(MaxTest = 150, EndSize = 200)]
    public void Totals_of_retired_replicas_that_one_place_absorbs_stay_in_the_sum_whoever_meets_whom(uint[] numbers)
    {
        // Replica 1 is the place; 4 and 5 wrote and are gone, and nobody holds of them what replica 1 does not.
        Replica[] replicas = [.. Enumerable.Range(1, 5).Select(number => new Replica(number))];
        long sum = 0;
        foreach (Replica retiring in replicas[3..])
        {
            sum += Raise(retiring, retiring.Number * 100);
        }

        Replica[] stale = [replicas[3].Fork(8), replicas[4].Fork(9)];
        replicas[0].Pull(replicas[3]);
        replicas[0].Pull(replicas[4]);
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            Replica replica = replicas[draw.Next(3)];
            switch (draw.Next(6))
            {
                case 0:
                    replica.Pull(stale[draw.Next(2)]);
                    break;
                case 1:
                    replica.PullDelta(replicas[draw.Next(5)]);
                    break;
                case 2:
                    Absorb(replicas[0], 4 + draw.Next(2));
                    break;
                case 3:
                    replicas[3 + draw.Next(2)].Pull(replica);
                    break;
                default:
                    sum += Raise(replica, draw.Next(9) - 4);
                    break;
            }
        }

        Absorb(replicas[0], 4);
        Absorb(replicas[0], 5);
        for (int round = 0; round < 2; round++)
        {
            foreach (Replica replica in replicas)
            {
                replicas[0].Pull(replica);
                replica.PullDelta(replicas[0]);
            }
        }

        Assert.All(replicas, replica =>
        {
            Assert.Equal(sum, replica.Document.Counter(Path).Value);
            Assert.InRange(replica.Document.Counter(Path).ReplicaCount, 1, 3);
            Assert.Equal(replicas[0].Canonical, replica.Canonical);
        });
    }

    [Fact]
    public void Total_that_is_absorbed_while_its_owner_raises_it_counts_twice()
    {
        (Replica hub, Replica device) = Start();
        Raise(device, 2);
        Absorb(hub, device.Number);
        hub.Pull(device);
        device.Pull(hub);

        // 12 were counted. The device replaced its 10 by 12 and cannot say so: nobody holds the 10 any more, and that it is
        // absent at the device looks the same where a peer brought it what the hub had absorbed.
        Assert.Equal(22, hub.Document.Counter(Path).Value);
        Assert.Equal(hub.Canonical, device.Canonical);
    }

    [Fact]
    public void Total_that_two_absorb_at_once_counts_twice()
    {
        (Replica hub, Replica device) = Start();
        Replica other = hub.Fork(3);
        Absorb(hub, device.Number);
        Absorb(other, device.Number);
        hub.Pull(other);
        Assert.Equal(20, hub.Document.Counter(Path).Value);
    }

    [Fact]
    public void Total_that_is_absorbed_while_the_counter_is_removed_stays()
    {
        (Replica hub, Replica device) = Start();
        Replica remover = hub.Fork(3);
        Absorb(hub, device.Number);
        remover.Document.Fields.Remove(remover.Dots, Scalar.Of(Path));
        Assert.Equal(0, remover.Document.Counter(Path).Value);
        hub.Pull(remover);
        Assert.Equal(10, hub.Document.Counter(Path).Value);
    }

    [Fact]
    public void Counter_of_a_thousand_retired_replicas_keeps_25_bytes_for_each_until_they_are_absorbed_or_it_is_removed()
    {
        var hub = new Replica(0);
        foreach (int number in Enumerable.Range(1, 1000))
        {
            var device = new Replica(number);
            for (int raised = 0; raised < 20; raised++)
            {
                Raise(device, 1);
            }

            hub.Pull(device);
        }

        Counter counter = hub.Document.Counter(Path);
        Assert.Equal(20_000, counter.Value);
        Assert.Equal(1000, counter.Totals.Count);
        Assert.InRange(hub.Document.Encode().Length, 1, 25_000);
        Replica removed = hub.Fork(2000);
        removed.Document.Fields.Remove(removed.Dots, Scalar.Of(Path));
        Assert.True(removed.Document.IsEmpty);
        foreach ((Causality.ReplicaId replica, _) in counter.Totals)
        {
            counter.Absorb(hub.Dots, replica);
        }

        Assert.Equal(20_000, counter.Value);
        Assert.Equal(KeyValuePair.Create(Replica.IdOf(0), 20_000L), Assert.Single(counter.Totals));
        Assert.InRange(hub.Document.Encode().Length, 1, 48);
    }

    // The hub knows the 10 that a device counted.
    private static (Replica Hub, Replica Device) Start()
    {
        var hub = new Replica(1);
        var device = new Replica(2);
        Raise(device, 10);
        hub.Pull(device);
        return (hub, device);
    }

    private static long Raise(Replica replica, long by)
    {
        replica.Document.Counter(Path).Increment(replica.Dots, by);
        return by;
    }

    private static void Absorb(Replica by, int retired) =>
        by.Document.Counter(Path).Absorb(by.Dots, Replica.IdOf(retired));
}
