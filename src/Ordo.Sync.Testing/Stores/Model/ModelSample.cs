using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>What random steps write, drawn from a step's numbers.</summary>
internal static class ModelSample
{
    public const int PeerCount = 4;

    private static readonly string[] Scopes = ["s", "s/1", "😀"];
    private static readonly string[] Keys = ["a", "A", "aa", "b", "é", "\uFF5E", "😀"];
    private static readonly string[] Texts = ["", "x", "X", "xy", "é", "\uFF5E", "😀"];

    private static readonly IndexDefinition[] Definitions =
        [new("n", IndexType.Integer), new("t", IndexType.Text), new("r", IndexType.Real), new("n.t", IndexType.Text)];

    public static string[] Collections { get; } = ["notes", "grades"];

    public static string Scope(ModelStep step) => Scopes[step.Scope];

    public static RecordKey Key(int number) =>
        new(Collections[number % Collections.Length], Keys[number / Collections.Length % Keys.Length]);

    public static RecordKey Key(ModelStep step) => Key(step.Key);

    public static (string Area, string Key) Local(ModelStep step) =>
        (StoreText.Areas[step.Key % StoreText.Areas.Length], Keys[step.Key / 2 % Keys.Length]);

    public static IndexDefinition[] Schema(Random random) =>
        [.. Definitions.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next())];

    public static ReadOnlyMemory<byte> Payload(Random random)
    {
        if (random.Next(6) == 0)
        {
            return default;
        }

        var fields = new List<(string, object?)>();
        foreach (string field in new[] { "n", "t", "r" })
        {
            object? value = random.Next(8) switch
            {
                0 or 1 => random.Next(-2, 3),
                2 => Texts[random.Next(Texts.Length)],
                3 => random.Next(-2, 3) / 2.0,
                4 => random.Next(2) == 0,
                5 => new (string, object?)[] { ("t", Texts[random.Next(Texts.Length)]) },
                6 => null,
                _ => field == "t" ? Texts[random.Next(Texts.Length)] : random.Next(-2, 3),
            };
            if (random.Next(4) > 0)
            {
                fields.Add((field, value));
            }
        }

        return Sample.Map([.. fields]);
    }

    public static IndexValue Value(Random random, IndexType type) => (random.Next(6), type) switch
    {
        (0, _) => IndexValue.Absent,
        (_, IndexType.Integer) => IndexValue.Of((long)random.Next(-2, 3)),
        (_, IndexType.Real) => IndexValue.Of(random.Next(-4, 5) / 2.0),
        _ => IndexValue.Of(Texts[random.Next(Texts.Length)]),
    };

    public static VersionVector Vector(Random random, int replicaCount, int counterMax)
    {
        var dots = new List<Dot>();
        for (int i = 0; i < replicaCount; i++)
        {
            if (random.Next(3) > 0)
            {
                dots.Add(new Dot(i, 1 + random.Next(counterMax)));
            }
        }

        return VersionVector.Of([.. dots]);
    }

    public static ScopeState State(Random random, int replicaCount) => new()
    {
        Knowledge = Vector(random, replicaCount, 99),
        Forgotten = Vector(random, replicaCount, 9),
        Digest = (UInt128)random.NextInt64() * (ulong)random.NextInt64(),
        LiveCount = 1 + random.Next(99),
        Exceptions = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new KnowledgeException(
            new KeyRange(
                random.Next(2) == 0 ? null : Key(random.Next(14)), random.Next(2) == 0 ? null : Key(random.Next(14))),
            Vector(random, replicaCount, 99)))],
    };
}
