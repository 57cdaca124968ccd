-- A report of mailscope as a text document or as LaTeX, by pandoc (docs/report.md, "Other formats"):
-- tables get their first column and widths, drawings their size, and what only a browser needs goes.

local is_odt = FORMAT:match("odt") or FORMAT:match("opendocument")
local is_latex = FORMAT:match("latex")

-- What A4 leaves, in points: a drawing has its heading above it.
local WIDTH, HEIGHT = 493, 640
local POINTS = { pt = 1, px = 0.75, mm = 72 / 25.4, cm = 72 / 2.54, ["in"] = 72 }

local targets = {}

local function raw(text)
	return is_latex and pandoc.RawBlock("latex", text) or pandoc.RawBlock("opendocument", text)
end

local function has_class(element, class)
	return element.classes ~= nil and element.classes:includes(class)
end

-- A style of report/reference.odt; a size of letters in LaTeX.
local function styled(blocks, style, size)
	if is_odt then
		return pandoc.List({ pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style })) })
	elseif is_latex then
		local list = pandoc.List({ raw("\\begingroup" .. size) })
		list:extend(blocks)
		list:insert(raw("\\par\\endgroup"))
		return list
	end
	return pandoc.List(blocks)
end

-- Drawings: their size out of the SVG, no wider and higher than a page, and what they show in words.

local function length_in_points(svg, name)
	local number, unit = svg:match("<svg[^>]-%s" .. name .. '="([%d.]+)(%a*)"')

	return number and tonumber(number) * (POINTS[unit] or POINTS.px)
end

local drawings = 0

-- pandoc has written the names of attributes small, which XML does not take for the same.
local function drawing_of(image)
	local _, svg = pandoc.mediabag.fetch(image.src)

	return svg ~= nil and svg:match("<svg") and (svg:gsub(" viewbox=", " viewBox=")) or nil
end

local function keep(svg)
	local name

	drawings = drawings + 1
	name = string.format("drawing-%d.%s", drawings, is_latex and "pdf" or "svg")
	if is_latex then
		pandoc.mediabag.insert(name, "application/pdf", pandoc.pipe("rsvg-convert", { "-f", "pdf" }, svg))
	else
		pandoc.mediabag.insert(name, "image/svg+xml", svg)
	end
	return name
end

local function measured(image)
	local svg = drawing_of(image)
	local width, height, scale

	if svg == nil then
		return nil
	end
	width, height = length_in_points(svg, "width"), length_in_points(svg, "height")
	if width ~= nil and height ~= nil then
		scale = math.min(1, WIDTH / width, HEIGHT / height)
		image.attributes.width = string.format("%.1fpt", width * scale)
		image.attributes.height = string.format("%.1fpt", height * scale)
	end
	image.caption = pandoc.Inlines(svg:match('<svg[^>]-aria%-label="([^"]*)"') or "")
	if is_latex or is_odt then
		image.src = keep(svg)
	end
	return image
end

-- A bar beside a number is a tenth of a line high, and stretched: both formats draw it better.
local function bar(image)
	local _, svg = pandoc.mediabag.fetch(image.src)
	local share = tonumber(svg ~= nil and svg:match('<rect width="([%d.]+)"')) or 0

	if is_latex then
		return pandoc.RawInline("latex", string.format("\\rule{%.3f\\linewidth}{1.2ex}", share / 100))
	end
	return pandoc.Str(string.rep("█", math.floor(share / 5 + 0.5)))
end

local function Image(image)
	if has_class(image, "bar") then
		return bar(image)
	end
	return measured(image)
end

-- Tables.

-- LaTeX breaks no name of a host or of a cipher suite unless it is told where.
local PIECE = 12

local function pieces(text, make)
	local list, piece = pandoc.List(), ""

	for _, code in utf8.codes(text) do
		local c = utf8.char(code)

		piece = piece .. c
		if utf8.len(piece) >= PIECE or c:match("[-_.:,/@=]") then
			list:insert(make(piece))
			list:insert(pandoc.RawInline("latex", "\\allowbreak{}"))
			piece = ""
		end
	end
	list:insert(make(piece))
	return list
end

local breakable = {
	Str = function(str)
		return utf8.len(str.text) > PIECE and pieces(str.text, pandoc.Str) or nil
	end,
	Code = function(code)
		return utf8.len(code.text) > PIECE and pieces(code.text, pandoc.Code) or nil
	end,
}

-- How many letters wide a cell has to be, so that no word of usual length breaks, and would like to be.
local function room(cell)
	local text = pandoc.utils.stringify(pandoc.Pandoc(cell.contents))
	local longest = 4

	if text:match("█") or (text == "" and has_class(cell, "bars")) then
		return 18, 18
	end
	for word in text:gmatch("%S+") do
		longest = math.max(longest, utf8.len(word) or #word)
	end
	longest = math.min(longest, 18) + 2
	return longest, math.max(longest, math.min(utf8.len(text) or #text, 60) + 2)
end

local function each_row(tbl, visit)
	for _, row in ipairs(tbl.head.rows) do
		visit(row)
	end
	for _, body in ipairs(tbl.bodies) do
		for _, row in ipairs(body.body) do
			visit(row)
		end
	end
end

-- So many letters of a table stand in a line.
local LETTERS = 105

local function set_columns(tbl)
	local least, wished, is_number, spare, wishes = {}, {}, {}, LETTERS, 0

	each_row(tbl, function(row)
		for i, cell in ipairs(row.cells) do
			local needed, liked = room(cell)

			least[i] = math.max(least[i] or 0, needed)
			wished[i] = math.max(wished[i] or 0, liked)
			is_number[i] = is_number[i] or has_class(cell, "n")
		end
	end)
	for i, needed in ipairs(least) do
		spare = spare - needed
		wishes = wishes + wished[i] - needed
	end
	for i, needed in ipairs(least) do
		local more = wishes > 0 and (wished[i] - needed) * math.min(1, math.max(0, spare) / wishes) or 0

		tbl.colspecs[i] = {
			is_number[i] and "AlignRight" or "AlignLeft",
			(needed + more) / math.max(LETTERS, LETTERS - spare),
		}
	end
end

-- A list in a cell is so many lines.
local function as_lines(list)
	local lines = pandoc.List()

	for i, item in ipairs(list.content) do
		if i > 1 then
			lines:insert(pandoc.LineBreak())
		end
		lines:extend(pandoc.utils.blocks_to_inlines(item))
	end
	return pandoc.Plain(lines)
end

-- What links lead to: pandoc keeps no name of a row, but that of a word.
local function name_row(row)
	if row.identifier ~= "" and row.cells[1] ~= nil then
		table.insert(row.cells[1].contents,
			1, pandoc.Plain({ pandoc.Span({}, pandoc.Attr(row.identifier)) }))
	end
end

-- Puts blocks into the one before, where they belong to it.
local function join(blocks, belongs, between)
	local joined = pandoc.List()

	for _, block in ipairs(blocks) do
		local last = joined[#joined]

		if last ~= nil and belongs(last, block) then
			last.content:extend(between)
			last.content:extend(block.content)
		else
			joined:insert(block)
		end
	end
	return joined
end

local function are_plain(last, block)
	return last.t == "Plain" and block.t == "Plain"
end

local function Table(tbl)
	for _, body in ipairs(tbl.bodies) do
		body.row_head_columns = 0 -- what stands in them, pandoc leaves out
	end
	set_columns(tbl)
	each_row(tbl, function(row)
		name_row(row)
		for _, cell in ipairs(row.cells) do
			cell.contents = join(pandoc.Div(cell.contents):walk({ BulletList = as_lines }).content, are_plain, {})
			if is_latex then
				cell.contents = pandoc.Div(cell.contents):walk(breakable).content
			end
		end
	end)
	if is_latex then
		return styled({ tbl }, "", "\\footnotesize")
	end
	return tbl
end

-- Dialogue: time, packet and side before the line, what it means below it.

-- Beside a heading, small: no emphasis of pandoc's.
local function mark(text)
	if is_latex then
		return pandoc.RawInline("latex", "{\\normalfont\\footnotesize\\itshape " .. text .. "}")
	elseif is_odt then
		return pandoc.RawInline("opendocument",
			'<text:span text:style-name="Emphasis">' .. text .. "</text:span>")
	end
	return pandoc.Emph(text)
end

local function Span(span)
	if has_class(span, "made") then
		return mark(pandoc.utils.stringify(span))
	elseif has_class(span, "who") then
		return { pandoc.Space(), pandoc.Strong(span.content), pandoc.Space() }
	elseif has_class(span, "severity") then
		return { pandoc.Strong(span.content), pandoc.Str(":") }
	elseif has_class(span, "how") or has_class(span, "where") or has_class(span, "local") then
		return { pandoc.LineBreak(), pandoc.Span(span.content) }
	end
end

local function said(item)
	local line, rest = pandoc.List(), pandoc.List()

	for _, block in ipairs(item) do
		if block.t == "Plain" then
			line:extend(block.content)
		elseif block.t == "Div" and has_class(block, "said") then
			for i, part in ipairs(block.content) do
				if i == 1 and part.t == "Plain" then
					line:extend(part.content)
				else
					rest:insert(part)
				end
			end
		else
			rest:insert(block)
		end
	end
	return pandoc.List({ pandoc.Para(line) }) .. styled(rest, "Note", "\\small")
end

local function is_talk(list)
	for _, block in ipairs(list.content[1] or {}) do
		if block.t == "Div" and has_class(block, "said") then
			return true
		end
	end
	return false
end

local function OrderedList(list)
	if not is_talk(list) then
		return nil
	end
	for i, item in ipairs(list.content) do
		list.content[i] = said(item)
	end
	return list
end

-- Chapters begin a page; their names are where the contents lead. The words that a student typed keep
-- their lines, and where there are none yet, there is room for them.

local function answer(div)
	local words = div:walk({
		SoftBreak = function()
			return pandoc.LineBreak()
		end,
		Plain = function(plain)
			return pandoc.Para(plain.content)
		end,
	}).content

	if #words == 0 then
		words = pandoc.List({ pandoc.Para({ pandoc.Str("\u{a0}") }) })
		if is_latex then
			words:insert(raw("\\vspace{30mm}"))
		end
	end
	return styled(words, "Answer", "")
end

local function named(div, is_chapter)
	local first = div.content[1]

	if first == nil or first.t ~= "Header" then
		return nil
	end
	first.identifier = div.identifier
	if is_chapter and is_latex then
		div.content:insert(1, raw("\\clearpage"))
	elseif is_chapter and is_odt then
		div.content:insert(1, raw('<text:p text:style-name="Page_20_break"/>'))
	end
	return div.content
end

local function Div(div)
	if has_class(div, "title") then
		table.remove(div.content, 1) -- the heading, which is the document's title
		return div.content
	elseif has_class(div, "words") then
		return answer(div)
	elseif has_class(div, "chapter") or has_class(div, "section") then
		return named(div, has_class(div, "chapter"))
	elseif has_class(div, "key") then
		return styled(div.content, "Key", "")
	end
end

-- "generated" stands in the line of its heading.
local function is_mark(block)
	local only = block.t == "Plain" and #block.content == 1 and block.content[1]

	return only and only.t == "Span" and has_class(only, "made")
end

local function marks_heading(last, block)
	return last.t == "Header" and is_mark(block)
end

local function is_nothing(block)
	return (block.t == "Plain" or block.t == "Para") and #block.content == 0
end

local function Blocks(blocks)
	return blocks:filter(function(block)
		return not is_nothing(block)
	end)
end

-- A link to what the document has not, is none.

local function remember(element)
	targets["#" .. element.identifier] = true
end

local function Link(link)
	if link.target:match("^#") and not targets[link.target] then
		return link.content
	end
end

local function Meta(meta)
	local defaults = {
		papersize = "a4",
		geometry = "margin=18mm",
		fontsize = "10pt",
		mainfont = "DejaVu Serif",
		sansfont = "DejaVu Sans",
		monofont = "DejaVu Sans Mono",
		monofontoptions = "Scale=0.85",
		colorlinks = true,
	}

	if is_latex then
		for name, value in pairs(defaults) do
			meta[name] = meta[name] or value
		end
	end
	return meta
end

return {
	{ Blocks = function(blocks) return join(blocks, marks_heading, { pandoc.Space() }) end },
	{ Image = Image, Span = Span },
	{ Table = Table, OrderedList = OrderedList },
	{ Div = Div },
	{ Blocks = Blocks, Meta = Meta },
	{ Span = remember, Header = remember, Div = remember },
	{ Link = Link },
}
