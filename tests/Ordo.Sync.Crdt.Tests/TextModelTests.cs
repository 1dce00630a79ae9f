using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>The text against a string, and against the paper's algorithm written out element by element.</summary>
public sealed class TextModelTests
{
    [Property(MaxTest = 300, EndSize = 200)]
    public void Edits_of_one_replica_are_those_of_a_string(uint[] numbers)
    {
        var replica = new Replica(1);
        string model = "";
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            int index = draw.Next(model.Length + 1);
            int count = draw.Next(Math.Min(6, model.Length - index) + 1);
            string text = "abcdefgh"[..draw.Next(5)];
            replica.Text.Replace(replica.Dots, index, count, text);
            model = model.Remove(index, count).Insert(index, text);
            Assert.Equal(model, replica.Text.ToString());
            Assert.Equal(model.Length, replica.Text.Length);
        }
    }

    [Property(MaxTest = 300, EndSize = 200)]
    public void Edits_of_a_list_are_those_of_a_list(uint[] numbers)
    {
        var replica = new Replica(1);
        Sequence list = replica.Document.Sequence("list");
        var model = new List<Scalar>();
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            int index = draw.Next(model.Count + 1);
            if (index < model.Count && draw.Next(4) == 0)
            {
                int count = 1 + draw.Next(Math.Min(3, model.Count - index));
                list.RemoveAt(replica.Dots, index, count);
                model.RemoveRange(index, count);
            }
            else if (index < model.Count && draw.Next(2) == 0)
            {
                model[index] = Scalar.Of(draw.Next(99));
                list.Replace(replica.Dots, index, model[index]);
            }
            else
            {
                Scalar element = Scalar.Of(draw.Next(99));
                list.Insert(replica.Dots, index, element, Scalar.Of("x"));
                model.InsertRange(index, [element, Scalar.Of("x")]);
            }

            Assert.Equal(model, list.ToArray());
        }
    }

    [Property(MaxTest = 300, EndSize = 200)]
    public void Histories_of_several_replicas_are_those_of_the_paper(uint[] numbers)
    {
        Replica[] replicas = [new(1), new(2), new(3)];
        ReferenceFugue[] models = [new(), new(), new()];
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            int at = draw.Next(3);
            int from = draw.Next(3);
            switch (draw.Next(6))
            {
                case 0:
                    replicas[at].Pull(replicas[from]);
                    models[at].Merge(models[from]);
                    break;
                case 1:
                    replicas[at].PullDelta(replicas[from]);
                    models[at].Merge(models[from]);
                    break;
                default:
                    Edit(replicas[at], models[at], ref draw);
                    break;
            }

            Assert.Equal(models[at].ToString(), replicas[at].Text.ToString());
        }
    }

    [Property(MaxTest = 150, EndSize = 200)]
    public void Trimming_changes_no_order(uint[] numbers)
    {
        Replica[] trimming = [new(1), new(2), new(3)];
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            Replica replica = trimming[draw.Next(3)];
            switch (draw.Next(6))
            {
                case 0:
                    replica.PullDelta(trimming[draw.Next(3)]);
                    break;
                case 1:
                    string before = replica.Text.ToString();
                    replica.Trim(TestVector.Minimum([.. trimming.Select(one => one.Known)]));
                    Assert.Equal(before, replica.Text.ToString());
                    break;
                default:
                    Commands.EditText(replica.Text, replica.Dots, ref draw);
                    break;
            }
        }

        foreach (Replica replica in trimming)
        {
            foreach (Replica other in trimming)
            {
                replica.PullDelta(other);
            }
        }

        trimming[0].PullDelta(trimming[2]);
        trimming[1].PullDelta(trimming[2]);
        Assert.All(trimming, replica => Assert.Equal(trimming[0].Canonical, replica.Canonical));
    }

    [Property(MaxTest = 150, EndSize = 200)]
    public void Trimming_what_all_have_seen_leaves_no_removals(uint[] numbers)
    {
        Commands commands = Commands.Run(numbers);
        commands.Settle();
        foreach (Replica replica in commands.Replicas)
        {
            replica.Trim(replica.Known);
            Assert.Equal(replica.Document.Encode(compress: false), replica.Canonical);
        }
    }

    private static void Edit(Replica replica, ReferenceFugue model, ref Draw draw)
    {
        int index = draw.Next(replica.Text.Length + 1);
        if (draw.Next(3) > 0 || index == replica.Text.Length)
        {
            string text = "abcdefgh".Substring(draw.Next(4), 1 + draw.Next(4));
            ReplicaId id = replica.Dots.Replica;
            long first = replica.Known.KnownUpTo(id) + 1;
            replica.Text.Insert(replica.Dots, index, text);
            for (int i = 0; i < text.Length; i++)
            {
                model.Insert(new GlobalDot(id, first + i), index + i, text[i]);
            }
        }
        else
        {
            int count = 1 + draw.Next(Math.Min(4, replica.Text.Length - index));
            replica.Text.Delete(replica.Dots, index, count);
            for (int i = 0; i < count; i++)
            {
                model.Delete(index);
            }
        }
    }
}
