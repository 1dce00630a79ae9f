using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Tests.Support;

namespace Ordo.Sync.Crdt.Tests;

/// <summary>
/// The laws of the join for each type by itself, on histories of that type alone: in <see cref="MergeLawTests"/>, where all types mix,
/// each gets a few edits only.
/// </summary>
public sealed class KindLawTests
{
    private const string Path = "field";

    [Property(MaxTest = 80, EndSize = 120)]
    public void Counters_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Counter);

    [Property(MaxTest = 80, EndSize = 120)]
    public void Flags_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Flag);

    [Property(MaxTest = 80, EndSize = 120)]
    public void Registers_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Register);

    [Property(MaxTest = 80, EndSize = 120)]
    public void Sets_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Set);

    [Property(MaxTest = 80, EndSize = 120)]
    public void Maps_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Map);

    [Property(MaxTest = 80, EndSize = 120)]
    public void Lists_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Sequence);

    [Property(MaxTest = 80, EndSize = 120)]
    public void Texts_join_as_a_semilattice(uint[] numbers) => Check(numbers, CrdtKind.Text);

    private static void Check(uint[] numbers, CrdtKind kind)
    {
        Replica[] replicas = [new(1), new(2), new(3)];
        foreach (Draw each in Draw.Each(numbers))
        {
            Draw draw = each;
            Replica replica = replicas[draw.Next(3)];
            if (draw.Next(4) == 0)
            {
                replica.Pull(replicas[draw.Next(3)]);
            }
            else
            {
                Edit(replica.Document.Fields, Path, replica.Dots, kind, ref draw);
            }
        }

        (Replica a, Replica b, Replica c) = (replicas[0], replicas[1], replicas[2]);
        Assert.Equal(Joined(a, b).Canonical, Joined(b, a).Canonical);
        Assert.Equal(Joined(Joined(a, b), c).Canonical, Joined(a, Joined(b, c)).Canonical);
        Assert.Equal(Joined(a, a).Canonical, a.Canonical);
        Replica all = Joined(Joined(c, a), b);
        Assert.Equal(all.Canonical, Joined(Joined(all, b), a).Canonical);

        // A state that knows less changes nothing of one that knows more.
        Assert.Equal(all.Canonical, Joined(a, all).Canonical);
    }

    private static Replica Joined(Replica left, Replica right)
    {
        Replica joined = left.Fork(10);
        joined.Pull(right);
        return joined;
    }

    private static void Edit(Map fields, string path, IDotSource dots, CrdtKind kind, ref Draw draw)
    {
        Scalar key = Scalar.Of(path);
        Scalar element = Scalar.Of(draw.Next(3));
        bool isRemoval = draw.Next(3) == 0;
        switch (kind)
        {
            case CrdtKind.Counter when isRemoval:
            case CrdtKind.Map when isRemoval:
                fields.Remove(dots, key);
                break;
            case CrdtKind.Counter:
                fields.Counter(key).Increment(dots, draw.Next(9) - 4);
                break;
            case CrdtKind.Flag when isRemoval:
                fields.Flag(key).Disable();
                break;
            case CrdtKind.Flag:
                fields.Flag(key).Enable(dots);
                break;
            case CrdtKind.Register when isRemoval:
                fields.Register(key).Clear();
                break;
            case CrdtKind.Register:
                fields.Register(key).Set(dots, new HybridTimestamp((ulong)draw.Next(4)), element);
                break;
            case CrdtKind.Set when isRemoval:
                fields.Set(key).Remove(element);
                break;
            case CrdtKind.Set:
                fields.Set(key).Add(dots, element);
                break;
            case CrdtKind.Sequence when isRemoval && fields.Sequence(key).Count is > 0 and var count:
                fields.Sequence(key).RemoveAt(dots, draw.Next(count));
                break;
            case CrdtKind.Sequence:
                fields.Sequence(key).Insert(dots, draw.Next(fields.Sequence(key).Count + 1), element);
                break;
            case CrdtKind.Text:
                Commands.EditText(fields.Text(key), dots, ref draw);
                break;
            default:
                // A map of each of the others, a map of maps among them.
                CrdtKind inner = (CrdtKind)(1 + draw.Next(7));
                Edit(fields.Nested(key), inner == CrdtKind.Map ? $"{path}." : path, dots, inner, ref draw);
                break;
        }
    }
}
