using System.Globalization;
using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Writers;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests;

/// <summary>A device dies while it writes; nobody syncs.</summary>
public sealed class LocalWriteKillTests(ITestOutputHelper log) : IDisposable
{
    private const int LinesMax = 600;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-writer-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Durability.Full)]
    [InlineData(Durability.Normal)]
    public async Task No_acknowledged_write_is_lost_half_there_or_out_of_the_journal_and_no_dot_comes_twice(Durability durability)
    {
        string file = Path.Combine(_folder.FullName, "writer.db");
        var plan = new KillPlan(LinesMax, log);
        var ledger = new WriteLedger(file);
        for (int round = 0; round < plan.Rounds; round++)
        {
            var order = new WriterOrder("write", file, durability, (round + 1) * 1_000_000L);
            using WriterProcess writer = WriterProcess.Start(order);
            Assert.Equal("open", await writer.ReadAsync());
            (int lines, int milliseconds) = plan.Draw();
            int read = 0;
            Task kill = Task.CompletedTask;
            while (await writer.ReadAsync() is { } line)
            {
                ledger.Note(line);
                if (++read == Math.Max(1, lines))
                {
                    kill = KillAfterAsync(writer, milliseconds);
                }
            }

            await kill;
            await writer.WaitAsync();
            await ledger.VerifyAsync();
        }

        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{plan.Rounds} kills, {ledger.Acknowledged} acknowledged writes"));
    }

    private static async Task KillAfterAsync(WriterProcess writer, int milliseconds)
    {
        await Task.Delay(milliseconds);
        writer.Kill();
    }
}
