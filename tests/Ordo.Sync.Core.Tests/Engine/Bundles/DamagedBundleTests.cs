using System.Text;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Core.Tests.Engine.Bundles;

/// <summary>What is left of a file of changes that was damaged or that is none: nothing wrong is applied.</summary>
public sealed class DamagedBundleTests : BundleScenario
{
    [Fact]
    public async Task A_bundle_that_comes_before_what_it_builds_on_waits_for_it()
    {
        await using TestDevice ann = await FilledAsync(10);
        MemoryStream first = await ExportAsync(ann);
        BundleKnowledge known = await ann.Engine.Bundles.DescribeAsync();
        await ann.Notes.PutAsync("key-3", new Note { Text = "second" });
        MemoryStream second = await ExportAsync(ann, new BundleExportOptions { Known = known });
        known = await ann.Engine.Bundles.DescribeAsync();
        await ann.Notes.PutAsync("key-3", new Note { Text = "third" });
        MemoryStream third = await ExportAsync(ann, new BundleExportOptions { Known = known });
        await using TestDevice bob = Device();

        BundleImportReport early = await ImportAsync(bob, third);
        await ImportAsync(bob, second);
        BundleImportReport last = await ImportAsync(bob, first);

        Assert.Equal(BundleScopeStatus.BaseMissing, early.Scopes.Single().Status);
        Assert.Equal(
            [BundleScopeStatus.Applied, BundleScopeStatus.Applied, BundleScopeStatus.Applied],
            last.Scopes.Select(scope => scope.Status));
        Assert.Equal("third", (await bob.Notes.GetAsync("key-3"))!.Value.Text);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }

    [Fact]
    public async Task Two_copies_damaged_in_different_places_complete_each_other()
    {
        await using TestDevice ann = await FilledAsync(40, textLength: 100_000);
        byte[] whole = (await ExportAsync(ann)).ToArray();
        byte[] one = [.. whole];
        byte[] other = [.. whole];
        one[whole.Length / 4] ^= 1;
        other[whole.Length / 4 * 3] ^= 1;
        await using TestDevice bob = Device();

        BundleImportReport first = await ImportAsync(bob, new MemoryStream(one));
        UInt128 between = await bob.DigestAsync();
        BundleImportReport second = await ImportAsync(bob, new MemoryStream(other));

        Assert.Equal(BundleScopeStatus.Incomplete, first.Scopes.Single().Status);
        Assert.Single(first.Scopes.Single().MissingPages);
        Assert.Single(first.Damage);
        Assert.Equal(UInt128.Zero, between);
        Assert.Equal(BundleScopeStatus.Applied, second.Scopes.Single().Status);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }

    [Fact]
    public async Task Of_a_truncated_file_the_scopes_that_are_whole_are_imported()
    {
        await using TestDevice ann = await FilledAsync(10);
        await ann.Engine.SubscribeAsync(OtherScope);
        await ann.Engine.Scope(OtherScope).Collection<Note>("notes").PutAsync("x", new Note { Text = "other" });
        var order = new BundleExportOptions { Scopes = [OtherScope, TestDevice.ScopeName] };
        byte[] whole = (await ExportAsync(ann, order)).ToArray();
        await using TestDevice bob = Device();
        await bob.Engine.SubscribeAsync(OtherScope);

        BundleImportReport report = await ImportAsync(bob, new MemoryStream(whole[..^60]));

        Assert.True(report.IsTruncated);
        Assert.Equal(
            [(TestDevice.ScopeName, BundleScopeStatus.Incomplete), (OtherScope, BundleScopeStatus.Applied)],
            report.Scopes.Select(scope => (scope.Scope, scope.Status)));
        Assert.Null(await bob.Notes.GetAsync("key-1"));
        Assert.Equal("other", (await bob.Engine.Scope(OtherScope).Collection<Note>("notes").GetAsync("x"))!.Value.Text);
    }

    [Fact]
    public async Task Wherever_a_byte_is_changed_nothing_wrong_is_ever_applied_or_claimed()
    {
        await using TestDevice ann = await FilledAsync(6);
        byte[] whole = (await ExportAsync(ann)).ToArray();
        UInt128 right = await ann.DigestAsync();
        for (int place = 0; place < whole.Length; place += 7)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x55;
            await using TestDevice bob = Device();
            try
            {
                BundleImportReport report = await ImportAsync(bob, new MemoryStream(damaged));
                Assert.False(report.IsComplete, $"A changed byte at {place} was not noticed.");
            }
            catch (SyncException exception)
            {
                Assert.InRange(place, 0, 55);
                Assert.Contains(exception.Code, (SyncErrorCode[])[SyncErrorCode.Malformed, SyncErrorCode.ProtocolVersion]);
            }

            Assert.Contains(await bob.DigestAsync(), (UInt128[])[UInt128.Zero, right]);
            await ImportAsync(bob, new MemoryStream(whole));
            Assert.Equal(right, await bob.DigestAsync());
        }
    }

    [Fact]
    public async Task Frames_are_found_again_behind_lost_and_inserted_bytes()
    {
        await using TestDevice ann = await FilledAsync(40, textLength: 100_000);
        byte[] whole = (await ExportAsync(ann)).ToArray();
        byte[] spoilt =
            [.. whole[..300_000], .. whole[400_000..2_500_000], .. Encoding.UTF8.GetBytes("OBF1 OBF1"), .. whole[2_500_000..]];
        await using TestDevice bob = Device();

        BundleImportReport report = await ImportAsync(bob, new MemoryStream(spoilt));

        Assert.Equal(2, report.Damage.Length);
        Assert.Equal(BundleScopeStatus.Incomplete, report.Scopes.Single().Status);
        Assert.Equal(2, report.Scopes.Single().MissingPages.Length);
        Assert.False(report.IsTruncated);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no bundle at all, but long enough to be looked at as one by the reader")]
    public async Task What_is_no_bundle_is_refused(string content)
    {
        await using TestDevice bob = Device();

        var error = await Assert.ThrowsAsync<SyncException>(
            async () => await ImportAsync(bob, new MemoryStream(Encoding.UTF8.GetBytes(content))));

        Assert.Equal(SyncErrorCode.Malformed, error.Code);
    }
}
