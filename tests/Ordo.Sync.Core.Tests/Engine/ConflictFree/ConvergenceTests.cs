using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>Random edits of everything on several devices, which must converge to the same sheet and digest.</summary>
public sealed class ConvergenceTests
{
    public static TheoryData<ConflictStrategy, int> Cases
    {
        get
        {
            var cases = new TheoryData<ConflictStrategy, int>();
            foreach (ConflictStrategy strategy in (ConflictStrategy[])
                [ConflictStrategy.LastWriteWins, ConflictStrategy.AcademicRecord, ConflictStrategy.MergePreservingHistory])
            {
                for (int seed = 0; seed < 8; seed++)
                {
                    cases.Add(strategy, seed);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Devices_that_edit_at_random_converge(ConflictStrategy strategy, int seed)
    {
        FakeTimeProvider time = TestHub.NewClock();
        var random = new Random(seed);
        TestHub hub = await TestHub.StartAsync(time);
        SheetDevice[] devices = [.. Enumerable.Range(0, 3).Select(_ => new SheetDevice(hub.Connect(), time, strategy))];
        for (int step = 0; step < 150; step++)
        {
            SheetDevice device = devices[random.Next(devices.Length)];
            time.Advance(TimeSpan.FromMilliseconds(random.Next(2000)));
            await EditAsync(device, random, $"{random.Next(2)}");
            if (random.Next(4) == 0)
            {
                await device.SyncAsync();
            }
        }

        await SheetDevice.ConvergeAsync(hub, devices);
        foreach (string key in (string[])["0", "1"])
        {
            Sheet? expected = await devices[0].ReadAsync(key);
            foreach (SheetDevice device in devices)
            {
                Sheet? found = await device.ReadAsync(key);
                Assert.Equal(expected?.Title, found?.Title);
                Assert.Equal(expected?.Present, found?.Present);
                Assert.Equal(expected?.Notes, found?.Notes);
                Assert.Equal(expected?.Items, found?.Items);
                Assert.Equal(expected?.Tags.Order(), found?.Tags.Order());
                Assert.Equal(expected?.Room, found?.Room);
            }
        }

        foreach (SheetDevice device in devices)
        {
            await device.DisposeAsync();
        }
    }

    private static async Task EditAsync(SheetDevice device, Random random, string key)
    {
        Sheet sheet = await device.ReadAsync(key) ?? new Sheet();
        string word = $"w{random.Next(5)}";
        switch (random.Next(10))
        {
            case 0:
                await device.Sheets.PutAsync(key, new Sheet { Title = word });
                break;
            case 1:
                await device.Sheets.PatchAsync(key, p => p.Set(s => s.Title, word));
                break;
            case 2 when random.Next(3) == 0:
                await device.Sheets.DeleteAsync(key);
                break;
            case 3:
                await device.Sheets.PatchAsync(key, p => p.Counter(s => s.Present).Increment(random.Next(-3, 5)));
                break;
            case 4:
                await device.Sheets.PatchAsync(key, p => p.Set(s => s.Tags).Add(word));
                break;
            case 5:
                await device.Sheets.PatchAsync(key, p => p.Set(s => s.Tags).Remove(word));
                break;
            case 6:
                await device.Sheets.PatchAsync(key, p => p.Register(s => s.Room!).Write(word));
                break;
            case 7 when sheet.Notes.Length > 3:
                int from = random.Next(sheet.Notes.Length - 2);
                await device.Sheets.PatchAsync(key, p => p.Text(s => s.Notes).Delete(from, 2));
                break;
            case 8:
                await device.Sheets.PatchAsync(
                    key, p => p.List(s => s.Items).Insert(random.Next(sheet.Items.Count + 1), word));
                break;
            default:
                string typed = string.Concat(Enumerable.Repeat(word + " ", random.Next(1, 60)));
                await device.Sheets.PatchAsync(
                    key, p => p.Text(s => s.Notes).Insert(random.Next(sheet.Notes.Length + 1), typed));
                break;
        }
    }
}
