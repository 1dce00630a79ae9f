using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Tests.Support;

/// <summary>Turns random numbers into edits and exchanges, so that a history replays from the numbers FsCheck shrinks.</summary>
public sealed class Commands
{
    private readonly List<Replica.Delta> _sent = [];
    private ulong _time;

    public Commands(int replicas, bool trims)
    {
        Replicas = [.. Enumerable.Range(1, replicas).Select(number => new Replica(number))];
        Trims = trims;
    }

    public Replica[] Replicas { get; }

    public bool Trims { get; }

    public static Commands Run(IEnumerable<uint> numbers, int replicas = 3, bool trims = true)
    {
        var commands = new Commands(replicas, trims);
        foreach (Draw draw in Draw.Each(numbers))
        {
            commands.Do(draw);
        }

        return commands;
    }

    /// <summary>Exchanges until all know all.</summary>
    public void Settle()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < Replicas.Length; i++)
            {
                Replicas[i].PullDelta(Replicas[(i + 1) % Replicas.Length]);
                Replicas[(i + 1) % Replicas.Length].Pull(Replicas[i]);
            }
        }
    }

    private void Do(Draw draw)
    {
        Replica replica = Replicas[draw.Next(Replicas.Length)];
        switch (draw.Next(10))
        {
            case 0:
                replica.Pull(Replicas[draw.Next(Replicas.Length)]);
                break;
            case 1:
                replica.PullDelta(Replicas[draw.Next(Replicas.Length)]);
                break;
            case 2:
                Replica other = Replicas[draw.Next(Replicas.Length)];
                if (other.Known.Dominates(replica.Forgotten))
                {
                    _sent.Add(replica.DeltaSince(other.Known));
                }

                break;
            case 3 when _sent.Count > 0:
                replica.Receive(_sent[draw.Next(_sent.Count)]);
                break;
            case 4 when Trims:
                replica.Trim(TestVector.Minimum([.. Replicas.Select(each => each.Known)]));
                break;
            case 5 or 6:
                EditDotted(replica, ref draw);
                break;
            default:
                EditText(replica.Text, replica.Dots, ref draw);
                EditList(replica, ref draw);
                break;
        }
    }

    public static void EditText(Text text, IDotSource dots, ref Draw draw)
    {
        int index = draw.Next(text.Length + 1);
        if (draw.Next(3) > 0 || index == text.Length)
        {
            text.Insert(dots, index, "abcdefgh".AsSpan(0, 1 + draw.Next(4)));
        }
        else
        {
            text.Delete(dots, index, 1 + draw.Next(Math.Min(5, text.Length - index)));
        }
    }

    private static void EditList(Replica replica, ref Draw draw)
    {
        Sequence list = replica.Document.Sequence("list");
        int index = draw.Next(list.Count + 1);
        if (draw.Next(3) > 0 || index == list.Count)
        {
            list.Insert(replica.Dots, index, Scalar.Of(draw.Next(9)));
        }
        else
        {
            list.RemoveAt(replica.Dots, index);
        }
    }

    private void EditDotted(Replica replica, ref Draw draw)
    {
        CrdtDocument document = replica.Document;
        IDotSource dots = replica.Dots;
        Scalar element = Scalar.Of(draw.Next(4));
        switch (draw.Next(12))
        {
            case 0:
                document.Counter("counter").Increment(dots, draw.Next(9));
                break;
            case 1:
                document.Counter("counter").Decrement(dots);
                break;
            case 2:
                document.Flag("flag").Enable(dots);
                break;
            case 3:
                document.Flag("flag").Disable();
                break;
            case 4:
                document.Register("register").Set(dots, new HybridTimestamp(++_time), element);
                break;
            case 5:
                document.Register("register").Clear();
                break;
            case 6:
                document.Set("set").Add(dots, element);
                break;
            case 7:
                document.Set("set").Remove(element);
                break;
            case 8:
                document.Map("map").Remove(dots, element);
                break;
            case 9:
                document.Map("map").Set(element).Add(dots, Scalar.Of("x"));
                break;
            case 10:
                EditText(document.Map("map").Text(element), dots, ref draw);
                break;
            default:
                document.Map("map").Nested(element).Counter(Scalar.Of(draw.Next(2))).Increment(dots);
                break;
        }
    }
}
