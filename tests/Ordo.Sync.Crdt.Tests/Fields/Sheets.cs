using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crdt.Tests.Fields;

/// <summary>Collections of sheets on the devices of a world, one a strategy.</summary>
internal static class Sheets
{
    public static void Declare(OrdoSyncBuilder sync)
    {
        foreach (ConflictStrategy strategy in Enum.GetValues<ConflictStrategy>())
        {
            sync.Collection<Sheet>(NameOf(strategy), c =>
            {
                _ = strategy == ConflictStrategy.Custom ? c.Resolve<LongestTitle>() : c.Strategy(strategy);
                c.Counter(s => s.Present)
                    .Flag(s => s.Open)
                    .Register(s => s.Room)
                    .Set(s => s.Tags)
                    .List(s => s.Items)
                    .Text(s => s.Notes)
                    .Map(s => s.Marks);
            });
        }
    }

    public static ISyncCollection<Sheet> SheetsOf(this Device device, ConflictStrategy strategy) =>
        device.Engine.Scope(Device.ScopeName).Collection<Sheet>(NameOf(strategy));

    public static async Task<Sheet?> ReadAsync(this Device device, ConflictStrategy strategy, string key) =>
        (await device.SheetsOf(strategy).GetAsync(key))?.Value;

    /// <summary>Requires that all replicas hold the same, and all devices read the same.</summary>
    public static async Task RequireConvergedAsync(this World world, ConflictStrategy strategy, params string[] keys)
    {
        Assert.Single((await world.DigestsAsync()).Distinct());
        foreach (Device device in world.Devices)
        {
            await RequireEqualAsync(world.A, device, strategy, keys);
        }
    }

    /// <summary>Requires that two devices read the same.</summary>
    public static async Task RequireEqualAsync(Device left, Device right, ConflictStrategy strategy, params string[] keys)
    {
        foreach (string key in keys)
        {
            Sheet? expected = await left.ReadAsync(strategy, key);
            Sheet? found = await right.ReadAsync(strategy, key);
            Assert.Equal(expected?.Title, found?.Title);
            Assert.Equal(expected?.Present, found?.Present);
            Assert.Equal(expected?.Open, found?.Open);
            Assert.Equal(expected?.Room, found?.Room);
            Assert.Equal(expected?.Tags.Order(), found?.Tags.Order());
            Assert.Equal(expected?.Items, found?.Items);
            Assert.Equal(expected?.Notes, found?.Notes);
            Assert.Equal(expected?.Marks.OrderBy(mark => mark.Key), found?.Marks.OrderBy(mark => mark.Key));
        }
    }

    private static string NameOf(ConflictStrategy strategy) => $"sheets-{strategy.ToString().ToLowerInvariant()}";
}
